"""Ops that are nodes of a graph, as saved data name them: by the classes that Keras 3 has for its operations.

``ops.expand_dims(x, 1)`` is written as the class ``ExpandDims`` with the configuration ``{"axis": 1}``, called on ``x``:
arguments that are tensors belong to the call, the others to the configuration.
"""

from __future__ import annotations

import inspect
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError, UnknownNameError, did_you_mean
from polykeras.ops.registry import REGISTRY, Op

_MATH = frozenset(
    {
        "erf", "erfinv", "extract_sequences", "fft", "fft2", "ifft2", "in_top_k", "irfft", "istft", "logdet", "logsumexp",
        "rfft", "rsqrt", "segment_max", "segment_sum", "stft", "top_k", "view_as_complex", "view_as_real",
    }
)  # fmt: skip
_IN_CALL = {"get_item": {"key"}, "pad": {"constant_values"}}
"""Arguments that are no tensors and yet belong to the call,"""
_IN_CONFIG = {"clip": {"x_min", "x_max"}}
"""and the other way round: as Keras has them."""


def class_name(op: Op) -> str:
    """The name of the class that Keras has for `op`: ``ExpandDims`` for ``expand_dims``."""
    return "".join(part.capitalize() for part in op.name.split("_"))


def module_of(op: Op) -> str:
    """Where Keras keeps that class."""
    from polykeras.ops import image, linalg, nn, numpy

    if op.name in _MATH:
        return "keras.src.ops.math"
    for module in (numpy, nn, linalg, image):
        if op.name in dir(module):
            return f"keras.src.ops.{module.__name__.rpartition('.')[2]}"
    return "keras.src.ops.core"


def is_op_class(config: dict[str, Any]) -> bool:
    """Whether a described object is an op."""
    return str(config.get("module", "")).startswith(("keras.src.ops.", "polykeras.ops"))


def op_of_class(name: str) -> Op:
    """The op that the class of that name stands for. Raises `UnknownNameError` if there is none."""
    from polykeras import ops

    classes = {class_name(op): op for op in REGISTRY.values() if hasattr(ops, op.name)}
    if name not in classes:
        raise UnknownNameError(f"Unknown operation {name!r}.{did_you_mean(name, classes)}")
    return classes[name]


def _called(op: Op) -> set[str]:
    """The names of the arguments that belong to the call."""
    return ({p.name for p in op.tensors} | _IN_CALL.get(op.name, set())) - _IN_CONFIG.get(op.name, set())


def split_arguments(op: Op, args: tuple[Any, ...]) -> tuple[list[Any], dict[str, Any]]:
    """The tensors among the arguments, for the call, and the others by name, for the configuration."""
    called = _called(op)
    tensors: list[Any] = []
    rest: dict[str, Any] = {}
    for parameter, value in zip(op.signature.parameters.values(), args, strict=True):
        if parameter.name not in called:
            rest[parameter.name] = (
                value.item() if getattr(value, "shape", None) == () else value
            )  # a Python number again
        elif parameter.kind is parameter.VAR_POSITIONAL:
            tensors.extend(value)
        else:
            tensors.append(value)
    while tensors and tensors[-1] is None:  # optional ones that were not given
        tensors.pop()
    return tensors, rest


def call_op(op: Op, config: dict[str, Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Call `op` on the tensors `args` with the rest as `config` and `kwargs` say.

    Raises `ArgumentError` for arguments that the op does not have.
    """
    parameters = op.signature.parameters.values()
    given = {name: value for name, value in config.items() if name != "name"} | kwargs
    called = _called(op)
    values = iter(args)
    positional: list[Any] = []
    for parameter in parameters:
        if parameter.name not in called:
            positional.append(tree.lists_to_tuples(given.pop(parameter.name, parameter.default)))
        elif parameter.name in _IN_CALL.get(op.name, ()):
            positional.append(tree.lists_to_tuples(next(values, given.pop(parameter.name, parameter.default))))
        elif parameter.kind is parameter.VAR_POSITIONAL:
            positional.extend(values)
        else:
            positional.append(next(values, given.pop(parameter.name, parameter.default)))
    left = [*given, *values]
    if left or any(value is inspect.Parameter.empty for value in positional):
        raise ArgumentError(f"The operation {op.name!r} cannot be called as saved: {config}, with {len(args)} tensors.")
    return op.call(*positional)

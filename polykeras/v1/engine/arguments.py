"""From the arguments of a Keras 1 constructor to attributes, and from these to a configuration.

What an argument is, is known by how its name ends: an activation, an initialization, a regularizer, a constraint.
"""

from __future__ import annotations

import inspect
from typing import Any

from polykeras.v1 import activations, constraints, initializations, regularizers
from polykeras.v1.backend.common import layout
from polykeras.v1.utils.generic_utils import as_plain

_KINDS = {
    "activation": activations,
    "init": initializations,
    "regularizer": regularizers,
    "constraint": constraints,
}
_NUMBERS = ("alpha_init", "beta_init")  # numbers, or arrays of them
_HIDDEN = ("self", "weights", "kwargs", "layer", "layers")


def _kind(name: str) -> Any:
    return None if name in _NUMBERS else _KINDS.get(name.rpartition("_")[2])


def adopt(target: Any, values: dict[str, Any]) -> None:
    """Make attributes of a constructor's arguments, ``locals()``: names become the functions and objects they name."""
    for name, value in values.items():
        if name.startswith("__") or name in _HIDDEN:
            continue
        kind = _kind(name)
        setattr(target, name, value if kind is None else kind.get(value))
    target.initial_weights = values.get("weights")


def ordering(dim_ordering: str) -> str:
    """``"th"`` or ``"tf"``; ``"default"`` is the one that is set. Raises `ArgumentError` for anything else."""
    return "tf" if layout(dim_ordering) == "channels_last" else "th"


def described(target: Any) -> dict[str, Any]:
    """The attributes that the constructors of the object's class and its bases had as arguments, as plain data."""
    found: dict[str, Any] = {}
    for cls in reversed(type(target).__mro__):
        if not cls.__module__.startswith("polykeras.v1.") or "__init__" not in vars(cls):
            continue
        for name in inspect.signature(vars(cls)["__init__"]).parameters:
            if name not in _HIDDEN and name in vars(target):
                found[name] = _plain(name, getattr(target, name))
    return found


def _plain(name: str, value: Any) -> Any:
    kind = _kind(name)
    if kind is None:
        return value.tolist() if hasattr(value, "tolist") else as_plain(value)
    if value is None or isinstance(value, str):
        return value
    return value.get_config() if hasattr(value, "get_config") else getattr(value, "__name__", None)

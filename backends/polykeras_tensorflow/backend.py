"""The engine: conversion, devices, gradients, control flow, and the rest of what the protocol asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import tensorflow as tf

from polykeras import dtypes, tree
from polykeras.backend import Backend, Capabilities, kernel_tables
from polykeras.errors import ArgumentError, ShapeError, TraceError
from polykeras_tensorflow import compilation, control_flow
from polykeras_tensorflow.native import DTYPES, FLOATS, has_accelerators, raw, tensor_of


class TensorFlowBackend(Backend):
    """Eager and graph tensors; `tf.Variable` is read where a tensor is expected."""

    name = "tensorflow"
    tensor_types = (tf.__internal__.EagerTensor, tf.Tensor, tf.Variable)
    dtypes = DTYPES
    kernels, overrides = kernel_tables("polykeras_tensorflow")
    capabilities = Capabilities(scalars=True, native_gradients=True, compiled="graph", loops=True)
    untraceable = (*Backend.untraceable, tf.errors.OperatorNotAllowedInGraphError)

    def __init__(self) -> None:
        _let_gpu_memory_grow()
        _exempt_from_autograph()

    # ---- tensors -----------------------------------------------------------------------------------------------

    def convert(self, value: Any, dtype: str) -> Any:
        """A copy: TensorFlow copies what it gets from NumPy."""
        native = DTYPES[dtype]
        kind = type(value)
        if (kind is float and native in FLOATS) or (kind is int and dtype != "bool" and abs(value) < 2**63):
            return tf.constant(value, native)
        return tensor_of(np.asarray(value).astype(dtypes.numpy_dtype(dtype), copy=False))

    def to_numpy(self, x: Any) -> np.ndarray:
        """A copy, free to be changed. Raises `TraceError` in a graph, where there is no value yet."""
        try:
            return np.asarray(x.numpy())
        except (AttributeError, NotImplementedError):
            raise TraceError(
                "The value of a tensor was asked for while a TensorFlow function was being traced. "
                "Use ops.cond, ops.where or ops.while_loop in place of Python's `if` and `while` on tensors."
            ) from None

    def stop_gradient(self, x: Any) -> Any:
        """As a constant."""
        return tf.stop_gradient(x)

    # ---- devices -----------------------------------------------------------------------------------------------

    def devices(self) -> list[str]:
        """Accelerators first, since TensorFlow places there by default."""
        found = [_short(d.name) for d in tf.config.list_logical_devices()]
        return sorted((d for d in found if not d.startswith("xla")), key=lambda d: (d.startswith("cpu"), d))

    def device_of(self, x: Any) -> str:
        """In a graph, the device asked for there; without one, the default."""
        return _short(x.device) if x.device else self.devices()[0]

    @contextmanager
    def device_scope(self, device: str) -> Iterator[None]:
        """`tf.device`, for a device that exists."""
        if device not in self.devices():
            raise ArgumentError(f"backend {self.name!r} has no device {device!r}; it has {self.devices()}.")
        with tf.device(f"/{device}"):
            yield

    def synchronize(self, x: Any) -> None:
        """Wait for the accelerators; the CPU has finished when an op returns."""
        if has_accelerators():
            tf.test.experimental.sync_devices()

    # ---- gradients ---------------------------------------------------------------------------------------------

    def value_and_grad(self, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
        """By `tf.GradientTape`."""

        def run(xs: Sequence[Any], *rest: Any) -> Any:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                watched = _watched(tape, xs)
                result = f(watched, *rest)
            value = tf.convert_to_tensor(result[0] if has_aux else result)
            if value.shape.rank != 0:
                shape = tuple(value.shape)
                raise ShapeError(f"value_and_grad needs a function with a scalar value, got shape {shape}.")
            grads = tape.gradient(value, watched, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            return ((value, result[1]) if has_aux else value), list(map(tf.convert_to_tensor, grads))

        return run

    def vjp(self, f: Callable[..., Any], xs: Sequence[Any]) -> tuple[Any, Callable[[Any], list[Any]]]:
        """By a persistent tape, so that the pullback may be called again."""
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            watched = _watched(tape, xs)
            result = f(*watched)

        def pullback(cotangents: Any) -> list[Any]:
            pairs = zip(tree.flatten(result), tree.flatten(cotangents), strict=True)
            floating = [
                (y, g) for y, g in pairs if isinstance(y, tf.Tensor) and y.dtype.is_floating | y.dtype.is_complex
            ]
            grads = tape.gradient(
                [y for y, _ in floating],
                watched,
                output_gradients=[g for _, g in floating],
                unconnected_gradients=tf.UnconnectedGradients.ZERO,
            )
            return list(map(tf.convert_to_tensor, grads))

        return result, pullback

    def custom_gradient(self, f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        """By `tf.custom_gradient`."""
        return control_flow.custom_gradient(f, xs)

    # ---- control flow: in Python where tensors have values -------------------------------------------------------

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """`tf.cond` in a graph."""
        if tf.executing_eagerly():
            return super().cond(pred, true_fn, false_fn)
        return control_flow.cond(pred, true_fn, false_fn)

    def while_loop(
        self,
        cond: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: tuple[Any, ...],
        maximum_iterations: int | None = None,
    ) -> Any:
        """`tf.while_loop` in a graph."""
        if tf.executing_eagerly():
            return super().while_loop(cond, body, loop_vars, maximum_iterations)
        return control_flow.while_loop(cond, body, loop_vars, maximum_iterations)

    def scan(self, f: Callable[..., Any], init: Any, xs: Any, length: int, reverse: bool = False) -> Any:
        """A `tf.while_loop` over `tf.TensorArray`s in a graph."""
        if tf.executing_eagerly() or length == 0:
            return super().scan(f, init, xs, length, reverse)
        return control_flow.scan(f, init, xs, length, reverse, inline=not compilation.no_tape_records())

    def vectorized_map(self, f: Callable[[Any], Any], xs: Any) -> Any:
        """`tf.vectorized_map` in a graph; eagerly it would trace `f` at every call."""
        if tf.executing_eagerly():
            return super().vectorized_map(f, xs)
        return control_flow.vectorized_map(f, xs)

    # ---- compilation ---------------------------------------------------------------------------------------------

    def compile(
        self, step: Callable[..., Any], *, donate: Any = (), alike: Any = (), jit: bool | str = "auto"
    ) -> Callable[..., Any]:
        """One graph per signature of the arguments; by XLA if `jit` is True. Nothing can be donated."""
        return compilation.CompiledStep(self, step, 0 in (*donate, *alike), jit is True)


def _watched(tape: Any, xs: Sequence[Any]) -> list[Any]:
    """Tensors of their own, so that `f` may read the same tensor elsewhere as a constant."""
    watched = [raw.Identity(x) for x in xs]
    tape.watch(watched)
    return watched


def _short(name: str) -> str:
    """``"gpu:0"`` of ``"/job:localhost/replica:0/task:0/device:GPU:0"``."""
    kind, _, number = name.rpartition(":")
    return f"{kind.rpartition(':')[2].rpartition('/')[2].lower()}:{number}"


def _let_gpu_memory_grow() -> None:
    """Keep TensorFlow from taking all of a GPU's memory, unless the program has set up the GPU itself already."""
    for gpu in tf.config.list_physical_devices("GPU"):
        with suppress(RuntimeError, ValueError):
            tf.config.experimental.set_memory_growth(gpu, True)


def _exempt_from_autograph() -> None:
    """Keep AutoGraph, in a user's `tf.function`, from rewriting the core, whose control flow is ready for graphs."""
    with suppress(ImportError, AttributeError):
        from tensorflow.python.autograph.core import config

        ours = (config.DoNotConvert("polykeras"), config.DoNotConvert("polykeras_tensorflow"))
        config.CONVERSION_RULES = (*ours, *config.CONVERSION_RULES)

"""What all kernels of this adapter share: TensorFlow's raw ops, its dtypes, and constants.

A raw op called by position takes half the time of the public function around it, which looks for type-based
dispatchers first. `tf.raw_ops` itself wants keywords and costs a microsecond for it, so the function inside is used.
Names and order of the arguments are those of the op's definition, which TensorFlow keeps stable: saved graphs need it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.ops import control_flow_util

from polykeras.interpreters.abstract import SYMBOLIC
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope

DTYPES: dict[str, Any] = {
    name: getattr(tf, name)
    for name in (
        "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
        "float16", "bfloat16", "float32", "float64", "complex64", "complex128",
    )
}  # fmt: skip

BOOL = tf.bool
FLOATS = frozenset({tf.float16, tf.bfloat16, tf.float32, tf.float64})
COMPLEX = {tf.complex64: tf.float32, tf.complex128: tf.float64}  # with the dtype of the parts
UNSIGNED = frozenset({tf.uint8, tf.uint16, tf.uint32, tf.uint64})
NUMBERS = frozenset({bool, int, float, complex})  # classes of the Python scalars that may stand for a tensor


class _RawOps:
    """`raw.AddV2` is the raw op of that name, taking its inputs and then its attributes by position."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        op: Callable[..., Any] = inspect.unwrap(getattr(tf.raw_ops, name))
        setattr(self, name, op)
        return op


raw = _RawOps()


def by_dtype(usual: Callable[..., Any], special: Mapping[Any, Callable[..., Any]]) -> Callable[..., Any]:
    """A kernel that runs `usual`, or what `special` has for the dtype of its first argument, a tensor."""
    find = special.get

    def kernel(x: Any, *args: Any) -> Any:
        return (find(x.dtype) or usual)(x, *args)

    return kernel


def through(op: Callable[..., Any], wide: Any) -> Callable[..., Any]:
    """`op` computed in the dtype `wide` and cast back; integers wrap around, as they should."""

    def kernel(x: Any, *args: Any) -> Any:
        return raw.Cast(op(raw.Cast(x, wide), *(raw.Cast(a, wide) for a in args)), x.dtype)

    return kernel


def accumulating(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """`kernel`, with half precision computed in float32: its own sums stop growing at 2048 (bfloat16: 256)."""

    def run(x: Any, *args: Any) -> Any:
        if x.dtype is tf.float16 or x.dtype is tf.bfloat16:
            return raw.Cast(kernel(raw.Cast(x, tf.float32), *args), x.dtype)
        return kernel(x, *args)

    return run


def rank_of(x: Any) -> int:
    """Number of axes, which must be known."""
    return len(x.shape)


@cache
def has_accelerators() -> bool:
    """Whether there are devices beside the CPU. Does not start TensorFlow's runtime."""
    return len(tf.config.list_physical_devices()) > 1


def in_xla() -> bool:
    """Whether XLA will compile what is being traced."""
    return bool(control_flow_util.GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph()))


def rule(name: str, *args: Any) -> Any:
    """The op's result as an abstract tensor. Raises, naming the op, what its rule has against the arguments."""
    return SYMBOLIC.entries[name](*args)


def run_body(name: str, *args: Any) -> Any:
    """The op by its body, for arguments that the kernel at hand does not take."""
    with backend_scope("tensorflow"):  # what the body makes is ours, whatever the default
        return REGISTRY[name].body(*args)  # type: ignore[misc]


def tensor_of(array: Any) -> Any:
    """A copy of an ndarray. On a CPU, TensorFlow makes no other one of an array at such an address, and moves it nowhere."""
    if has_accelerators() or not tf.executing_eagerly():
        return tf.constant(array)
    context.ensure_initialized()
    memory = np.empty(array.nbytes + 64, "uint8")
    start = -memory.ctypes.data % 64
    own = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    own[...] = array
    return tf.__internal__.EagerTensor(own, device=context.context().device_name or None, dtype=None)


# ---- constants -------------------------------------------------------------------------------------------------------


def ints(values: Any) -> Any:
    """An integer constant (a shape, axes, a permutation) of nested tuples or lists of ints.

    Converting a tuple takes TensorFlow five times as long as the op that it is for, so constants are kept.
    """
    return _ints(_hashable(values))


def _hashable(values: Any) -> Any:
    return tuple(map(_hashable, values)) if isinstance(values, (tuple, list)) else values


@lru_cache(maxsize=4096)
def _ints(values: Any) -> Any:
    return constant(np.asarray(values, "int64"))


def constant(array: Any) -> Any:
    """An eager int32 constant (int64 if it must be), in host memory, also while a function is being traced."""
    array = np.asarray(array)
    wide = array.size and (array.max() >= 2**31 or array.min() < -(2**31))
    with tf.init_scope(), tf.device("cpu:0"):
        return tf.constant(array.astype("int64" if wide else "int32"))


def number(value: Any, dtype: Any) -> Any:
    """A 0-d tensor of a Python number, cut off to an integer if `dtype` is one."""
    kind = bool if dtype is BOOL else float if dtype in FLOATS else complex if dtype in COMPLEX else int
    return tf.constant(kind(value), dtype)

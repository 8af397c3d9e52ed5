"""The same elements in another arrangement or dtype, tensors from nothing, tensors joined and cut."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from polykeras.dtypes import INTEGER
from polykeras_tensorflow.native import (
    BOOL,
    COMPLEX,
    DTYPES,
    FLOATS,
    has_accelerators,
    ints,
    number,
    rank_of,
    raw,
    run_body,
)

Kernel = Callable[..., Any]


def _transpose(x: Any, axes: Sequence[int] | None) -> Any:
    rank = rank_of(x)
    return raw.Transpose(x, ints(tuple(range(rank))[::-1] if axes is None else tuple(a % rank for a in axes)))


# ---- from nothing ----------------------------------------------------------------------------------------------------


def _fill(shape: Sequence[int], value: Any, dtype: str) -> Any:
    return raw.Fill(ints(tuple(shape)), number(value, DTYPES[dtype]))


def _fill_like(x: Any, value: Any, dtype: str) -> Any:
    if has_accelerators() and tf.executing_eagerly():  # a graph's placement is TensorFlow's
        with tf.device(x.device):
            return _fill(x.shape, value, dtype)
    shape = x.shape
    sizes = ints(tuple(shape)) if shape.is_fully_defined() else tf.shape(x)
    return raw.Fill(sizes, number(value, DTYPES[dtype]))


def _range(start: Any, stop: Any, step: Any, dtype: str) -> Any:
    if all(isinstance(v, int) for v in (start, stop, step)) and DTYPES[dtype] not in FLOATS:
        working = tf.int32 if all(abs(v) < 2**31 for v in (start, stop, step)) else tf.int64
        values = raw.Range(number(start, working), number(stop, working), number(step, working))
    else:
        # TensorFlow's range of floats adds the step again and again, and rounds as often.
        count = max(0, math.ceil((stop - start) / step))
        values = tf.range(count, dtype=tf.int64)
        values = raw.Cast(values, tf.float64) * float(step) + float(start)
    return raw.Cast(values, DTYPES[dtype])


def _to_integers(x: Any, target: Any) -> Any:
    """Floats in an integer dtype, the nearest number that it holds, NaN as 0; TensorFlow leaves that to the processor."""
    low, high = target.min, target.max
    x = raw.Cast(x, tf.float32) if x.dtype.size == 2 else x
    if tf.executing_eagerly() and not has_accelerators():
        values = np.asarray(x)  # the tensor's own memory; nearly always there is nothing to do
        if not values.size or (float(values.min()) > low - 1 and float(values.max()) < high + 1):
            return raw.Cast(x, target)
    top = float(high + 1)
    below = top * (1 - 2.0 ** (-24 if x.dtype is tf.float32 else -53))  # the next number before it
    whole = raw.SelectV2(raw.Equal(x, x), raw.ClipByValue(x, float(low), below), 0.0)
    return raw.SelectV2(raw.GreaterEqual(x, top), number(high, target), raw.Cast(whole, target))


def _cast(x: Any, dtype: str) -> Any:
    target = DTYPES[dtype]
    if x.dtype in FLOATS and dtype in INTEGER:
        return _to_integers(x, target)
    if x.dtype in COMPLEX and target not in COMPLEX:
        return raw.NotEqual(x, 0) if target is BOOL else raw.Cast(raw.Real(x, COMPLEX[x.dtype]), target)
    return raw.Cast(x, target)


# ---- fused -----------------------------------------------------------------------------------------------------------


def _split(x: Any, indices_or_sections: Any, axis: int) -> Any:
    size = x.shape[axis] if -rank_of(x) <= axis < rank_of(x) else None
    count = indices_or_sections
    if isinstance(count, int) and size is not None and count > 0 and size % count == 0:
        return list(raw.Split(axis, x, count))
    return run_body("split", x, indices_or_sections, axis)


KERNELS: dict[str, Kernel] = {
    "reshape": lambda x, newshape: raw.Reshape(x, ints((newshape,) if type(newshape) is int else newshape)),
    "transpose": _transpose,
    "broadcast_to": lambda x, shape: raw.BroadcastTo(x, ints(shape)),
    "reverse": lambda x, axes: raw.ReverseV2(x, ints(axes)),
    "pad_constant": lambda x, by, value: raw.PadV2(x, ints(by), number(value, x.dtype)) if len(by) else raw.Identity(x),
    "concatenate": lambda xs, axis: raw.ConcatV2(list(xs), axis) if len(xs) > 1 else raw.Identity(xs[0]),
    "cast": _cast,
    "stop_gradient": raw.StopGradient,
    "fill": _fill,
    "fill_like": _fill_like,
    "range": _range,
}

OVERRIDES: dict[str, Kernel] = {"stack": lambda xs, axis: raw.Pack(list(xs), axis), "split": _split}

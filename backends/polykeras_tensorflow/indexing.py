"""Picking elements out of tensors and putting them back.

TensorFlow raises for an index out of range on the CPU and answers 0 on a GPU. Here indices are brought into range first
and the results of the bad ones replaced. Where the indices' values are at hand (an eager tensor, a constant of a graph)
and all of them good, as they mostly are, none of this happens.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from polykeras import dtypes
from polykeras.ops import rules
from polykeras_tensorflow.native import (
    BOOL,
    COMPLEX,
    DTYPES,
    FLOATS,
    NUMBERS,
    accumulating,
    constant,
    ints,
    number,
    rank_of,
    raw,
    rule,
    run_body,
)

Kernel = Callable[..., Any]
Ints = Sequence[int]


def as_index(indices: Any) -> Any:
    """The indices in a dtype that every op takes, wide enough for their values."""
    if indices.dtype in (tf.int32, tf.int64):
        return indices
    return raw.Cast(indices, tf.int64 if indices.dtype in (tf.uint32, tf.uint64) else tf.int32)


def known_values(x: Any) -> Any:
    """x as an ndarray if its values are at hand, else None."""
    return tf.get_static_value(x) if isinstance(x, tf.Tensor) else None


def _where(condition: Any, x1: Any, x2: Any) -> Any:
    if type(x1) in NUMBERS:
        x1 = number(x1, x2.dtype)
    elif type(x2) is bool:
        x2 = number(x2, x1.dtype)
    return raw.SelectV2(condition, x1, x2)


# ---- gather and its transpose ----------------------------------------------------------------------------------------


def missing(dtype: Any) -> Any:
    """What stands for an element that is not there: NaN, the lowest or highest integer, False."""
    if dtype in FLOATS or dtype in COMPLEX:
        return number(float("nan"), dtype)
    return number(False, dtype) if dtype is BOOL else number(dtype.max if dtype.is_unsigned else dtype.min, dtype)


def _gather(x: Any, indices: Any, axis: int) -> Any:
    rank = rank_of(x)
    axis = rules.axis_of(axis, rank)
    size = x.shape[axis]
    indices = as_index(indices)
    if size is None:
        size = raw.Cast(tf.shape(x)[axis], indices.dtype)
    elif size == 0:
        shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
        return raw.Fill(ints(shape), missing(x.dtype))
    elif (values := known_values(indices)) is not None:
        lowest, highest = values.min(initial=0), values.max(initial=0)
        if -size <= lowest and highest < size:
            if lowest < 0:
                indices = constant(np.where(values < 0, values + size, values))
            return raw.GatherV2(x, indices, axis)
    inside = raw.FloorMod(indices, size)
    good = raw.LogicalAnd(raw.Less(indices, size), raw.GreaterEqual(indices, -size))
    after = rank - axis - 1
    if after:
        good = raw.Reshape(good, tf.concat([tf.shape(good), [1] * after], 0))
    return raw.SelectV2(good, raw.GatherV2(x, inside, axis), missing(x.dtype))


@accumulating
def _segment_sum(rows: Any, segments: Any, size: int) -> Any:
    """Row i of the result is the sum of those rows that have segment i; of bools, whether one of them is true."""
    if rows.dtype is BOOL:
        return raw.Cast(raw.UnsortedSegmentSum(raw.Cast(rows, tf.int32), segments, size), BOOL)
    return raw.UnsortedSegmentSum(rows, segments, size)


def _segments(indices: Any, size: int) -> Any:
    """Indices as TensorFlow takes segments: negative ones are dropped, those too large refused."""
    wrapped = raw.SelectV2(raw.Less(indices, 0), raw.AddV2(indices, size), indices)
    return raw.SelectV2(raw.Less(wrapped, size), wrapped, number(-1, indices.dtype))


def scatter_add(updates: Any, indices: Any, axis: int, size: int) -> Any:
    rank, depth = rank_of(updates), rank_of(indices)
    axis = rules.axis_of(axis, rank - depth + 1)
    if not updates.shape[axis : axis + depth].is_compatible_with(indices.shape):
        rule("scatter_add", updates, indices, axis, size)  # raises
    segments = _segments(as_index(indices), size)
    if axis:
        front = tuple(range(axis, axis + depth))
        order = (*front, *range(axis), *range(axis + depth, rank))
        updates = raw.Transpose(updates, ints(order))
    result = _segment_sum(updates, segments, size)
    if axis:
        result = raw.Transpose(result, ints((*range(1, axis + 1), 0, *range(axis + 1, rank - depth + 1))))
    return result


def _scatter_max(updates: Any, indices: Any, size: int) -> Any:
    kind = updates.dtype
    rule("scatter_max", updates, indices, size)  # raises if they do not fit
    if kind is BOOL:
        return raw.Cast(_scatter_max(raw.Cast(updates, tf.int32), indices, size) > 0, BOOL)
    segments = _segments(as_index(indices), size)
    found = raw.UnsortedSegmentMax(updates, segments, size)
    if kind not in FLOATS:
        return found
    # TensorFlow starts from the lowest finite number, and may pass over NaN.
    equals = raw.LogicalOr(raw.Equal(updates, _gather(found, segments, 0)), raw.NotEqual(updates, updates))
    met = raw.UnsortedSegmentMax(raw.Cast(equals, tf.int32), segments, size)
    nans = raw.UnsortedSegmentMax(raw.Cast(raw.NotEqual(updates, updates), tf.int32), segments, size)
    found = raw.SelectV2(raw.Greater(met, 0), found, number(-math.inf, kind))
    return raw.SelectV2(raw.Greater(nans, 0), number(math.nan, kind), found)


# ---- slices ----------------------------------------------------------------------------------------------------------


def _strided_slice(x: Any, start: Ints, stop: Ints, step: Ints) -> Any:
    rank = rank_of(x)
    if not rank == len(start) == len(stop) == len(step):
        rule("strided_slice", x, start, stop, step)  # raises
    return raw.StridedSlice(x, ints(start), ints(stop), ints(step)) if rank else raw.Identity(x)


def _strided_unslice(x: Any, shape: Ints, start: Ints, stop: Ints, step: Ints) -> Any:
    return raw.StridedSliceGrad(ints(shape), ints(start), ints(stop), ints(step), x) if len(start) else raw.Identity(x)


def _start_inside(start: Any, shape: Ints, sizes: Ints) -> Any:
    """Start indices moved so that a block of `sizes` lies within `shape`."""
    start = as_index(start)
    room = raw.Cast(ints(tuple(d - n for d, n in zip(shape, sizes, strict=True))), start.dtype)
    return raw.Maximum(raw.Minimum(start, room), 0)


def _slice(inputs: Any, start_indices: Any, shape: Ints) -> Any:
    sizes = rule("slice", inputs, start_indices, tuple(shape)).shape
    if not sizes:
        return raw.Identity(inputs)
    start = _start_inside(start_indices, inputs.shape, sizes)
    return raw.Slice(inputs, start, raw.Cast(ints(sizes), start.dtype))


def _slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """Each axis where the block is narrower: updates spread out to the place of the block, and a mask of that place."""
    shape, sizes = tuple(inputs.shape), tuple(updates.shape)
    rule("slice_update", inputs, start_indices, updates)
    narrow = [a for a, (d, n) in enumerate(zip(shape, sizes, strict=True)) if n < d]
    if not narrow:
        return raw.Identity(updates)
    if 0 in sizes:
        return raw.Identity(inputs)
    start = _start_inside(start_indices, shape, sizes)
    mask = None
    for a in narrow:
        offset = raw.Sub(tf.range(shape[a], dtype=start.dtype), start[a])
        inside = raw.Maximum(raw.Minimum(offset, sizes[a] - 1), 0)
        updates = raw.GatherV2(updates, inside, a)
        here = raw.Reshape(raw.Equal(offset, inside), ints(tuple(shape[a] if i == a else 1 for i in range(len(shape)))))
        mask = here if mask is None else raw.LogicalAnd(mask, here)
    return raw.SelectV2(mask, updates, inputs)


# ---- fused -----------------------------------------------------------------------------------------------------------


def _one_hot(x: Any, num_classes: int, axis: int, dtype: Any, sparse: bool) -> Any:
    if sparse or not -1 <= axis <= rank_of(x):
        return run_body("one_hot", x, num_classes, axis, dtype, sparse)
    target = DTYPES[dtypes.standardize(dtype)]
    return raw.OneHot(as_index(x), num_classes, number(1, target), number(0, target), axis)


KERNELS: dict[str, Kernel] = {
    "where": _where,
    "gather": _gather,
    "scatter_add": scatter_add,
    "scatter_max": _scatter_max,
    "strided_slice": _strided_slice,
    "strided_unslice": _strided_unslice,
    "slice": _slice,
    "slice_update": _slice_update,
}

OVERRIDES: dict[str, Kernel] = {"one_hot": _one_hot}

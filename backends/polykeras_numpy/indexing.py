"""Slices, gather and scatter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras_numpy.reductions import in_float32


def _slices(start: Any, stop: Any, step: Any) -> tuple[slice, ...]:
    return tuple(map(slice, start, stop, step))


def _unslice(x: Any, shape: Any, start: Any, stop: Any, step: Any) -> Any:
    out = np.zeros(shape, x.dtype)
    out[_slices(start, stop, step)] = x
    return out


def _block(outer: Any, start: Any, shape: Any) -> tuple[slice, ...]:
    """The slices of a block, moved back inside `outer` if it would stick out."""
    if any(n > d for n, d in zip(shape, outer, strict=True)):
        raise ValueError("the block is larger than the tensor")
    begins = [min(max(int(s), 0), d - n) for s, n, d in zip(start, shape, outer, strict=True)]
    return tuple(slice(b, b + n) for b, n in zip(begins, shape, strict=True))


def _slice(x: Any, start: Any, shape: Any) -> Any:
    shape = [d if n == -1 else n for n, d in zip(shape, x.shape, strict=True)]
    return x[_block(x.shape, start, shape)]


def _slice_update(x: Any, start: Any, updates: Any) -> Any:
    out = x.copy()
    out[_block(x.shape, start, updates.shape)] = updates
    return out


def _bad_value(dtype: np.dtype[Any]) -> Any:
    """What an index out of range reads."""
    if dtype.kind == "b":
        return False
    if dtype.kind in "iu":
        return np.iinfo(dtype).min if dtype.kind == "i" else np.iinfo(dtype).max
    return np.nan


def _gather(x: Any, indices: Any, axis: int) -> Any:
    try:
        return x.take(indices, axis)  # raises if one is out of range, so the usual case costs nothing more
    except IndexError:
        size = x.shape[axis]
        valid = (indices >= -size) & (indices < size)
        shape = list(x.shape)
        shape[axis] = 1
        padded = np.concatenate([x, np.full(shape, _bad_value(x.dtype), x.dtype)], axis)
        return padded.take(np.where(valid, np.where(indices < 0, indices + size, indices), size), axis)


def _scatter_add(updates: Any, indices: Any, axis: int, size: int) -> Any:
    rank = np.ndim(indices)
    axis = axis % (updates.ndim - rank + 1)
    outer, inner = updates.shape[:axis], updates.shape[axis + rank :]
    flat = np.ravel(indices)
    flat = np.where(flat < 0, flat + size, flat)
    rows = np.moveaxis(updates.reshape(*outer, flat.size, *inner), axis, 0)
    valid = (flat >= 0) & (flat < size)
    if not valid.all():
        flat, rows = flat[valid], rows[valid]
    rows = in_float32(rows.reshape(flat.size, math.prod(outer + inner)))
    out = _add_rows(rows, flat, size).astype(updates.dtype, copy=False)
    return np.moveaxis(out.reshape(size, *outer, *inner), 0, axis)


_FEW = 64
"""Fewer rows than this are added one by one: not worth importing SciPy for."""


def _add_rows(rows: Any, ids: Any, size: int) -> Any:
    if rows.shape[1] == 1 or ids.size < _FEW or rows.dtype.kind not in "f" or rows.dtype.itemsize < 4:
        out = np.zeros((size, rows.shape[1]), rows.dtype)
        np.add.at(out, ids, rows)
        return out
    # As the product of a matrix of zeros and ones, which SciPy has as one loop over the rows.
    from scipy import sparse

    ones, ends = np.ones(ids.size, rows.dtype), np.arange(ids.size + 1)
    return sparse.csc_array((ones, ids, ends), shape=(size, ids.size)) @ rows


def _lowest(dtype: np.dtype[Any]) -> Any:
    """What is below everything."""
    return -np.inf if dtype.kind not in "biu" else False if dtype.kind == "b" else np.iinfo(dtype).min


def _scatter_max(updates: Any, indices: Any, size: int) -> Any:
    rest = updates.shape[np.ndim(indices) :]
    flat = np.ravel(indices)
    flat = np.where(flat < 0, flat + size, flat)
    valid = (flat >= 0) & (flat < size)
    wide = in_float32(updates)
    out = np.full((size, *rest), _lowest(updates.dtype), wide.dtype)
    np.maximum.at(out, flat[valid], wide.reshape(flat.size, *rest)[valid])
    return out.astype(updates.dtype, copy=False)


def _where(condition: Any, x1: Any, x2: Any) -> Any:
    out = np.where(condition, x1, x2)
    dtype = x1.dtype if hasattr(x1, "dtype") else x2.dtype
    return out if out.dtype is dtype else out.astype(dtype, copy=False)


def _take(x: Any, indices: Any, axis: int | None) -> Any:
    return _gather(x.ravel(), indices, 0) if axis is None else _gather(x, indices, axis)


KERNELS = {
    "where": _where,
    "strided_slice": lambda x, start, stop, step: x[_slices(start, stop, step)],
    "strided_unslice": _unslice,
    "slice": _slice,
    "slice_update": _slice_update,
    "gather": _gather,
    "scatter_add": _scatter_add,
    "scatter_max": _scatter_max,
}

OVERRIDES = {"take": _take}

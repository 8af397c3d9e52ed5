"""Slices, gather and scatter."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from polykeras.ops.rules import axis_of
from polykeras_jax.compiled import compiled

_FARTHEST = 2**62  # beyond every axis


def _positions(indices: Any) -> Any:
    """Indices in a signed dtype in which adding the size of an axis cannot overflow."""
    if indices.dtype in (jnp.int32, jnp.int64):
        return indices
    if indices.dtype == jnp.uint64:
        return jnp.minimum(indices, _FARTHEST).astype(jnp.int64)
    return indices.astype(jnp.int64 if indices.dtype == jnp.uint32 else jnp.int32)


def _bad_value(dtype: Any) -> Any:
    """What an index out of range reads."""
    if dtype == jnp.bool_:
        return False
    if jnp.issubdtype(dtype, jnp.inexact):
        return jnp.nan
    return jnp.iinfo(dtype).min if jnp.issubdtype(dtype, jnp.signedinteger) else jnp.iinfo(dtype).max


def _strided_slice(x: Any, start: Any, stop: Any, step: Any) -> Any:
    return lax.slice(x, start, tuple(map(max, start, stop)), step)


def _unslice(x: Any, shape: Any, start: Any, stop: Any, step: Any) -> Any:
    widths = []
    for size, begin, by, count in zip(shape, start, step, x.shape, strict=True):
        reach = (count - 1) * by + 1 if count else 0
        widths.append((begin, size - begin - reach, by - 1))
    return lax.pad(x, jnp.zeros((), x.dtype), widths)


def _begin(start: Any) -> list[Any]:
    """Where a block begins; a negative start is outside, not a count from the end. XLA moves back what sticks out."""
    start = jnp.maximum(_positions(start), 0)
    return [start[i] for i in range(start.shape[0])]


def _slice(x: Any, start: Any, shape: Any) -> Any:
    return lax.dynamic_slice(x, _begin(start), [d if n == -1 else n for n, d in zip(shape, x.shape, strict=True)])


def _gather(x: Any, indices: Any, axis: int) -> Any:
    axis = axis_of(axis, x.ndim)
    if x.shape[axis] == 0:  # every index is out of range
        return jnp.full((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), _bad_value(x.dtype), x.dtype)
    return jnp.take(x, _positions(indices), axis=axis, mode="fill", fill_value=_bad_value(x.dtype))


def _scatter_add(updates: Any, indices: Any, axis: int, size: int) -> Any:
    rank = indices.ndim
    axis = axis_of(axis, updates.ndim - rank + 1)
    working = updates
    if updates.dtype == jnp.bool_:
        working = updates.astype(jnp.int32)
    elif updates.dtype in (jnp.float16, jnp.bfloat16):  # half precision's own sums stop growing at 2048 or 256
        working = updates.astype(jnp.float32)
    zeros = jnp.zeros((*updates.shape[:axis], size, *updates.shape[axis + rank :]), working.dtype)
    where = (*(slice(None),) * axis, _positions(indices))
    return zeros.at[where].add(working, mode="drop").astype(updates.dtype)


def _scatter_max(updates: Any, indices: Any, size: int) -> Any:
    kind = updates.dtype
    if kind == jnp.bool_:
        return _scatter_max(updates.astype(jnp.uint8), indices, size).astype(kind)
    lowest = -jnp.inf if jnp.issubdtype(kind, jnp.floating) else jnp.iinfo(kind).min
    start = jnp.full((size, *updates.shape[indices.ndim :]), lowest, kind)
    return start.at[_positions(indices)].max(updates, mode="drop")


def _take_along_axis(x: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        return _gather(jnp.ravel(x), indices, 0)
    bad = _bad_value(x.dtype)
    return jnp.take_along_axis(x, _positions(indices), axis, mode="fill", fill_value=bad)


KERNELS = {
    "where": compiled(jnp.where),
    "strided_slice": compiled(_strided_slice, 1, 2, 3),
    "strided_unslice": compiled(_unslice, 1, 2, 3, 4),
    "slice": compiled(_slice, 2),
    "slice_update": compiled(lambda x, start, updates: lax.dynamic_update_slice(x, updates, _begin(start))),
    "gather": compiled(_gather, 2),
    "scatter_add": compiled(_scatter_add, 2, 3),
    "scatter_max": compiled(_scatter_max, 2),
}

OVERRIDES = {"take_along_axis": compiled(_take_along_axis, 2)}

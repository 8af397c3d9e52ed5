"""Rules of slices, gather and scatter: each is the transpose of another."""

from __future__ import annotations

from typing import Any

from polykeras.gradients.table import rule
from polykeras.ops import rules
from polykeras.ops.creation import zeros_like
from polykeras.ops.indexing import gather, scatter_add, slice_, slice_update, strided_slice, strided_unslice, where


def _strided_slice(out: Any, x: Any, start: Any, stop: Any, step: Any) -> Any:
    shape = tuple(x.shape)
    return lambda g: strided_unslice(g, shape, start, stop, step)


def _slice(out: Any, inputs: Any, start_indices: Any, shape: Any) -> Any:
    nothing = zeros_like(inputs)
    return lambda g: slice_update(nothing, start_indices, g)


def _slice_update_inputs(out: Any, inputs: Any, start_indices: Any, updates: Any) -> Any:
    nothing = zeros_like(updates)
    return lambda g: slice_update(g, start_indices, nothing)


def _slice_update_updates(out: Any, inputs: Any, start_indices: Any, updates: Any) -> Any:
    shape = tuple(updates.shape)
    return lambda g: slice_(g, start_indices, shape)


def _gather(out: Any, x: Any, indices: Any, axis: int) -> Any:
    size = tuple(x.shape)[axis]
    axis = rules.axis_of(axis, len(x.shape))
    return lambda g: scatter_add(g, indices, axis, size)


def _scatter_add(out: Any, updates: Any, indices: Any, axis: int, size: int) -> Any:
    axis = rules.axis_of(axis, len(updates.shape) - len(indices.shape) + 1)

    def pull(g: Any) -> Any:
        # Slices that were dropped get no gradient, where gather would answer NaN.
        from polykeras.ops.comparison import greater_equal, less
        from polykeras.ops.logic import logical_and
        from polykeras.ops.movement import reshape

        valid = logical_and(greater_equal(indices, -size), less(indices, size))
        rest = len(updates_shape) - axis - len(indices_shape)
        column = reshape(valid, (1,) * axis + indices_shape + (1,) * rest)
        return where(column, gather(g, where(valid, indices, 0), axis), 0)

    updates_shape, indices_shape = tuple(updates.shape), tuple(indices.shape)
    return pull


rule("strided_slice", x=_strided_slice)
rule(
    "strided_unslice",
    x=lambda out, x, shape, start, stop, step: lambda g: strided_slice(g, start, stop, step),
)
rule("slice", inputs=_slice)
rule("slice_update", inputs=_slice_update_inputs, updates=_slice_update_updates)
rule("gather", x=_gather)
rule("scatter_add", updates=_scatter_add)

"""Picking elements out of tensors and putting them back.

On the CPU PyTorch raises for an index that it does not take, so the usual case is tried first and costs nothing more.
Elsewhere indices are brought into range, and the results of the bad ones replaced.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import torch

from polykeras.ops import rules
from polykeras_torch.native import (
    HALF,
    SIGNED,
    Kernel,
    body,
    constant,
    narrowed,
    on_bits,
    refuse,
    tensors,
    values_at_hand,
    widened,
)

Ints = Sequence[int]
REFUSED = (IndexError, RuntimeError)
"""What PyTorch raises for indices that it does not take."""


def _where(condition: Any, x1: Any, x2: Any) -> Any:
    if type(x1) is not type(x2):
        x1, x2 = tensors(x1, x2)
    return torch.where(condition, x1, x2)


# ---- gather and its transpose ----------------------------------------------------------------------------------------


def _brought_inside(indices: Any, size: int) -> tuple[Any, Any]:
    """int64 indices counted from the front, and whether each is in range."""
    wide = indices.dtype is torch.uint64
    indices = indices.view(torch.int64) if wide else indices.to(torch.int64)
    if not wide:  # what looks negative there is far out of range
        indices = torch.where(indices < 0, indices + size, indices)
    return indices, (indices >= 0) & (indices < size)


def _missing(dtype: torch.dtype) -> Any:
    """What stands for an element that is not there: NaN, the lowest or highest integer, False."""
    if dtype.is_floating_point or dtype.is_complex:
        return float("nan")
    if dtype is torch.bool:
        return False
    return torch.iinfo(dtype).min or torch.iinfo(dtype).max


def _gather(x: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:  # in `take`, which has it so
        x, axis = x.reshape(-1), 0
    if values_at_hand(x):
        with suppress(*REFUSED):
            picked = torch.index_select(x, axis, indices if indices.ndim == 1 else indices.reshape(-1))
            return picked if indices.ndim == 1 else picked.reshape(_gathered_shape(x, indices, axis))
    return _gather_from_anywhere(x, indices, axis)


def _gathered_shape(x: Any, indices: Any, axis: int) -> tuple[int, ...]:
    axis %= x.ndim
    return (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def _gather_from_anywhere(x: Any, indices: Any, axis: int) -> Any:
    refuse("gather", x, indices, axis)  # raises for an axis that is not there
    axis %= x.ndim
    shape = _gathered_shape(x, indices, axis)
    missing = constant(_missing(x.dtype), x)
    if x.shape[axis] == 0:
        return missing.to(x.device).expand(shape)
    inside, valid = _brought_inside(indices, x.shape[axis])
    positions = torch.where(valid, inside, 0).reshape(-1)
    if x.dtype in SIGNED:
        picked = on_bits(lambda bits: torch.index_select(bits, axis, positions), x)
    else:
        picked = torch.index_select(x, axis, positions)
    column = (*indices.shape, *(1,) * (x.ndim - axis - 1))
    return torch.where(valid.reshape(column), picked.reshape(shape), missing)


def _scatter_add(updates: Any, indices: Any, axis: int, size: int) -> Any:
    if updates.dtype in SIGNED:
        return on_bits(lambda bits: _scatter_add(bits, indices, axis, size), updates)
    if updates.dtype in HALF:
        return _scatter_add(updates.to(torch.float32), indices, axis, size).to(updates.dtype)
    depth = indices.ndim
    axis = rules.axis_of(axis, updates.ndim - depth + 1)
    if updates.shape[axis : axis + depth] != indices.shape:
        refuse("scatter_add", updates, indices, axis, size)  # raises
    rows = updates.movedim(tuple(range(axis, axis + depth)), tuple(range(depth))) if axis and depth else updates
    rest = rows.shape[depth:]
    result = None
    if indices.dtype in (torch.int32, torch.int64) and values_at_hand(updates):
        with suppress(*REFUSED):
            places = (indices,) if depth else (indices.reshape(1),)
            result = rows.new_zeros((size, *rest)).index_put(places, rows, accumulate=True)
    if result is None:  # one row more, for what is out of range
        inside, valid = _brought_inside(indices, size)
        places = (torch.where(valid, inside, size).reshape(-1),)
        flat = rows.reshape(indices.numel(), *rest)
        result = rows.new_zeros((size + 1, *rest)).index_put(places, flat, accumulate=True)[:size]
    return result.movedim(0, axis) if axis else result


def _scatter_max(updates: Any, indices: Any, size: int) -> Any:
    refuse("scatter_max", updates, indices, size)  # raises if they do not fit
    kind = updates.dtype
    if kind in SIGNED:
        return narrowed(_scatter_max(widened(updates), indices, size), kind)
    if kind is torch.bool:
        return _scatter_max(updates.view(torch.uint8), indices, size).view(kind)
    rest = updates.shape[indices.ndim :]
    inside, valid = _brought_inside(indices, size)
    places = torch.where(valid, inside, size).reshape(-1, *(1,) * len(rest)).expand(-1, *rest)
    lowest = -math.inf if kind.is_floating_point else torch.iinfo(kind).min
    start = updates.new_full((size + 1, *rest), lowest)  # one row more, for what is out of range
    return start.scatter_reduce(0, places, updates.reshape(-1, *rest), "amax")[:size]


def _take_along_axis(x: Any, indices: Any, axis: int | None) -> Any:
    # Not torch.take_along_dim, which counts any index round and round the axis.
    fits = axis is not None and x.ndim == indices.ndim and -x.ndim <= axis < x.ndim
    if fits and values_at_hand(x) and rules.reduced(x.shape, axis, True) == rules.reduced(indices.shape, axis, True):
        with suppress(*REFUSED):
            return torch.gather(x, axis, indices.to(torch.int64))
    return body("take_along_axis")(x, indices, axis)


# ---- slices with known bounds ----------------------------------------------------------------------------------------


def _strided_slice(x: Any, start: Ints, stop: Ints, step: Ints) -> Any:
    shape = x.shape
    if not len(shape) == len(start) == len(stop) == len(step):
        refuse("strided_slice", x, start, stop, step)  # raises
    for axis, size in enumerate(shape):
        begin, end, by = start[axis], stop[axis], step[axis]
        if by != 1:
            x = x[(slice(None),) * axis + (slice(begin, end, by),)]
        elif begin != 0 or end != size:
            x = torch.narrow(x, axis, begin, max(0, end - begin))
    return x


def _strided_unslice(x: Any, shape: Ints, start: Ints, stop: Ints, step: Ints) -> Any:
    if all(n == 1 for n in step):
        ends = [(a, d - a - n) for a, d, n in zip(start, shape, x.shape, strict=True)]
        return torch.constant_pad_nd(x, [n for pair in reversed(ends) for n in pair], 0)
    result = x.new_zeros(tuple(shape))
    result[tuple(map(slice, start, stop, step))] = x
    return result


# ---- slices that start at a position computed at run time ------------------------------------------------------------


def _lines(start: Any, outer: Ints, sizes: Ints) -> list[Any]:
    """Per axis, the indices of a block that is moved back inside if it would stick out; they broadcast to the block."""
    start = start.to(torch.int64)
    lines = []
    for axis, (d, n) in enumerate(zip(outer, sizes, strict=True)):
        line = torch.arange(n, device=start.device) + start[axis].clamp(0, d - n)
        lines.append(line.reshape((-1,) + (1,) * (len(sizes) - axis - 1)))
    return lines


def _starts(start: Any, outer: Ints, sizes: Ints) -> list[int]:
    return [min(max(s, 0), d - n) for s, d, n in zip(start.tolist(), outer, sizes, strict=True)]


def _check_block(inputs: Any, start_indices: Any, sizes: Ints) -> None:
    rank = inputs.ndim
    fits = start_indices.shape == (rank,) and len(sizes) == rank
    if not fits or any(not 0 <= n <= d for n, d in zip(sizes, inputs.shape)):
        refuse("slice", inputs, start_indices, tuple(sizes))  # raises


def _slice(inputs: Any, start_indices: Any, shape: Ints) -> Any:
    sizes = [d if n == -1 else n for n, d in zip(shape, inputs.shape)]
    _check_block(inputs, start_indices, sizes if len(shape) == len(sizes) else shape)
    if not values_at_hand(start_indices):
        return inputs[tuple(_lines(start_indices, inputs.shape, sizes))] if sizes else inputs
    for axis, begin in enumerate(_starts(start_indices, inputs.shape, sizes)):
        inputs = torch.narrow(inputs, axis, begin, sizes[axis])
    return inputs


def _slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    _check_block(inputs, start_indices, updates.shape)
    if not inputs.ndim:
        return updates
    if not values_at_hand(start_indices):
        return inputs.index_put(tuple(_lines(start_indices, inputs.shape, updates.shape)), updates)
    starts = _starts(start_indices, inputs.shape, updates.shape)
    result = inputs.clone()
    result[tuple(slice(b, b + n) for b, n in zip(starts, updates.shape, strict=True))] = updates
    return result


KERNELS: dict[str, Kernel] = {
    "where": _where,
    "gather": _gather,
    "scatter_add": _scatter_add,
    "scatter_max": _scatter_max,
    "strided_slice": _strided_slice,
    "strided_unslice": _strided_unslice,
    "slice": _slice,
    "slice_update": _slice_update,
}


OVERRIDES: dict[str, Kernel] = {"take": _gather, "take_along_axis": _take_along_axis}

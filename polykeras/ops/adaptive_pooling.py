"""Pooling to a given size: window i of n covers the elements from floor(i m / n) to ceil((i + 1) m / n) - 1 of m."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.conversion import dtype
from polykeras.ops.convolution import channels_last, per_axis
from polykeras.ops.indexing import gather, take_along_axis
from polykeras.ops.movement import squeeze, swapaxes
from polykeras.ops.policies import FLOAT, SAME
from polykeras.ops.pooling import average_pool, max_pool
from polykeras.ops.products import matmul
from polykeras.ops.reductions import argmax, in_float32, returned
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _sizes(op: str, shape: tuple[int, ...], output_size: Any, data_format: str | None) -> list[tuple[int, int, int]]:
    """Axis, its size and the wanted size, for each spatial axis."""
    rank = len(shape) - 2
    if rank not in (1, 2, 3):
        raise ShapeError(f"{op}: inputs of rank 3, 4 or 5, got shape {shape}.")
    first = 1 if channels_last(data_format) else 2
    wanted = per_axis(output_size, rank, "output_size")
    found = [(first + i, shape[first + i], n) for i, n in enumerate(wanted)]
    if any(size < 1 for _, size, _ in found):
        raise ArgumentError(f"{op}: there is nothing to pool in shape {shape}.")
    return found


def _even(sizes: Sequence[tuple[int, int, int]]) -> tuple[int, ...] | None:
    """The size of all windows, if they are equal and next to each other."""
    return None if any(m % n for _, m, n in sizes) else tuple(m // n for _, m, n in sizes)


def _bounds(m: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    i = np.arange(n)
    return i * m // n, -(-(i + 1) * m // n)


def _cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 5, 3), 3, "channels_last"),
        s(s.real(1, 4, 6, 2), (2, 3), "channels_last"),
        s(s.real(1, 2, 5, 3), (2, 4), "channels_first"),
        s(s.real(1, 2, 3, 2, 1), (1, 2, 2), "channels_last"),
    ]


@composite(FLOAT, samples=_cases)
def adaptive_average_pool(inputs: Tensor, output_size: int | Sequence[int], data_format: str | None = None) -> Tensor:
    """The means of ``output_size`` windows along each spatial axis, which together cover it and may overlap.

    `inputs`: ``(batch, *spatial, channels)``, or channels first. `output_size`: an int, or one for each spatial axis;
    larger than the input, elements are repeated.
    """
    sizes = _sizes("adaptive_average_pool", tuple(inputs.shape), output_size, data_format)
    even = _even(sizes)
    if even is not None:
        return average_pool(inputs, even, even, "valid", data_format)
    x = in_float32(inputs)
    for axis, m, n in sizes:
        if m != n:
            begin, end = _bounds(m, n)
            place = np.arange(m)[:, None]
            shares = ((place >= begin) & (place < end)) / (end - begin)
            x = swapaxes(matmul(swapaxes(x, axis, -1), shares.astype(dtype(x))), axis, -1)
    return returned(x, inputs)


@composite(SAME, samples=_cases)
def adaptive_max_pool(inputs: Tensor, output_size: int | Sequence[int], data_format: str | None = None) -> Tensor:
    """The largest elements of windows; arguments are as for `adaptive_average_pool`. Of equal ones the first gets the gradient."""
    sizes = _sizes("adaptive_max_pool", tuple(inputs.shape), output_size, data_format)
    even = _even(sizes)
    if even is not None:
        return max_pool(inputs, even, even, "valid", data_format)
    x = inputs
    # The last axis first: of equal elements in different rows, that of the first row must win.
    for axis, m, n in reversed(sizes):
        if m != n:
            begin, end = _bounds(m, n)
            # Shorter windows repeat their last element, which changes no maximum.
            places = np.minimum(begin[:, None] + np.arange((end - begin).max()), end[:, None] - 1)
            windows = gather(x, places.astype("int32"), axis)
            x = squeeze(take_along_axis(windows, argmax(windows, axis + 1, True), axis + 1), axis + 1)
    return x

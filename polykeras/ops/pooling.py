"""Pooling of one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.convolution import channels_last, check_fit, paddings, per_axis
from polykeras.ops.elementwise import divide
from polykeras.ops.indexing import take_along_axis
from polykeras.ops.movement import expand_dims, pad_constant, reshape, transpose
from polykeras.ops.policies import FLOAT, SAME
from polykeras.ops.reductions import argmax, sum_
from polykeras.ops.registry import composite
from polykeras.ops.windows import sliding_windows
from polykeras.typing import Tensor


class PoolGeometry:
    """The sizes of a pooling, checked: what a kernel needs to know."""

    __slots__ = ("last", "padding", "rank", "size", "strides")

    rank: int
    last: bool
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]


def pool_geometry(shape: tuple[int, ...], pool_size: Any, strides: Any, padding: Any, data_format: Any) -> PoolGeometry:
    """Check the arguments of a pooling against each other. Raises `ArgumentError` or `ShapeError`."""
    g = PoolGeometry()
    g.rank = len(shape) - 2
    if g.rank not in (1, 2, 3):
        raise ArgumentError(f"pooling needs inputs of rank 3, 4 or 5, got shape {shape}")
    g.last = channels_last(data_format)
    g.size = per_axis(pool_size, g.rank, "pool_size")
    g.strides = g.size if strides is None else per_axis(strides, g.rank, "strides")
    spatial = shape[1:-1] if g.last else shape[2:]
    g.padding = paddings(padding, spatial, g.size, g.strides, (1,) * g.rank)
    check_fit(spatial, g.padding, g.size, (1,) * g.rank)
    return g


def _windows(x: Tensor, g: PoolGeometry, value: float) -> Tensor:
    """``(batch, *out, channels, elements of the window)``, what lies outside being `value`."""
    if not g.last:
        x = transpose(x, (0, *range(2, g.rank + 2), 1))
    if any(p != (0, 0) for p in g.padding):
        x = pad_constant(x, ((0, 0), *g.padding, (0, 0)), value)
    windows = sliding_windows(x, tuple(range(1, g.rank + 1)), g.size, g.strides, (1,) * g.rank)
    return reshape(windows, (*tuple(windows.shape)[: g.rank + 2], rules.size_of(g.size)))


def _back(y: Tensor, g: PoolGeometry) -> Tensor:
    return y if g.last else transpose(y, (0, g.rank + 1, *range(1, g.rank + 1)))


def _cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 7, 3), 3, 2, data_format="channels_last"),
        s(s.real(2, 4, 6, 3), 2, data_format="channels_last"),
        s(s.real(2, 5, 5, 2), (3, 2), 2, padding="same", data_format="channels_last"),
        s(s.real(2, 3, 5, 4), 2, 1, padding="same", data_format="channels_first"),
        s(s.real(1, 3, 4, 2, 2), 2, padding="same", data_format="channels_last"),
    ]


@composite(SAME, samples=_cases)
def max_pool(
    inputs: Tensor,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The largest element of each window; padding never wins. Of equal ones the first gets the gradient.

    `inputs`: ``(batch, *spatial, channels)``, or channels first as `data_format` says. `strides` is `pool_size` unless
    given. `padding`: ``"valid"`` or ``"same"``.
    """
    from polykeras.ops.conversion import dtype

    g = pool_geometry(tuple(inputs.shape), pool_size, strides, padding, data_format)
    kind = dtype(inputs)
    if "float" in kind:
        lowest: float = float("-inf")
    else:
        import numpy as np

        lowest = False if kind == "bool" else int(np.iinfo(kind).min)
    windows = _windows(inputs, g, lowest)
    first = argmax(windows, axis=-1, keepdims=True)
    y = take_along_axis(windows, first, axis=-1)
    return _back(reshape(y, tuple(y.shape)[:-1]), g)


@composite(FLOAT, samples=_cases)
def average_pool(
    inputs: Tensor,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The mean of each window; padding is left out of it. Arguments are as for `max_pool`."""
    from polykeras.ops.conversion import convert_to_tensor, dtype

    g = pool_geometry(tuple(inputs.shape), pool_size, strides, padding, data_format)
    total = sum_(_windows(inputs, g, 0), axis=-1)
    if all(p == (0, 0) for p in g.padding):
        return _back(divide(total, float(rules.size_of(g.size))), g)
    shape = tuple(inputs.shape)
    counts = convert_to_tensor(window_counts(shape[1:-1] if g.last else shape[2:], g), dtype(inputs))
    return _back(divide(total, expand_dims(expand_dims(counts, -1), 0)), g)


def window_counts(spatial: Sequence[int], g: PoolGeometry) -> Any:
    """An ndarray ``(*out)`` of how many elements of each window lie inside."""
    import numpy as np

    counts = np.ones((), "float64")
    for size, (before, after), window, stride in zip(spatial, g.padding, g.size, g.strides, strict=True):
        inside = np.pad(np.ones(size), (before, after))
        along = np.lib.stride_tricks.sliding_window_view(inside, window)[::stride].sum(-1)
        counts = counts[..., None] * along
    return counts

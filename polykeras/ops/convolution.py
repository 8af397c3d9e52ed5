"""Convolution of one, two and three dimensions, as deep learning means it: kernels are not flipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import config
from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.movement import pad_constant, reshape, transpose
from polykeras.ops.policies import SAME
from polykeras.ops.products import matmul
from polykeras.ops.registry import composite
from polykeras.ops.windows import sliding_windows
from polykeras.typing import Tensor


def per_axis(value: Any, rank: int, name: str) -> tuple[int, ...]:
    """`value`, an int or one int for each of `rank` spatial axes, as a tuple of positive ints."""
    values = (int(value),) * rank if isinstance(value, int) else tuple(int(v) for v in value)
    if len(values) != rank or any(v < 1 for v in values):
        raise ArgumentError(f"{name} must be a positive int or {rank} of them, got {value!r}")
    return values


def same_padding(size: int, window: int, stride: int, dilation: int) -> tuple[int, int]:
    """``(before, after)`` for ``padding="same"``: ``ceil(size / stride)`` windows, the odd element at the end."""
    total = max((-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def paddings(
    padding: Any, sizes: Sequence[int], windows: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """``(before, after)`` for each spatial axis. `padding`: ``"valid"``, ``"same"`` or the pairs themselves."""
    if padding == "valid":
        return ((0, 0),) * len(sizes)
    if padding == "same":
        return tuple(same_padding(*values) for values in zip(sizes, windows, strides, dilations, strict=True))
    if isinstance(padding, str) or len(padding) != len(sizes):
        raise ArgumentError(f"padding must be 'valid', 'same' or {len(sizes)} pairs, got {padding!r}")
    return tuple((int(a), int(b)) for a, b in padding)


def check_fit(
    sizes: Sequence[int], padding: Sequence[tuple[int, int]], windows: Sequence[int], dilations: Sequence[int]
) -> None:
    """Raise `ShapeError` unless at least one window fits along each spatial axis."""
    for size, (before, after), window, dilation in zip(sizes, padding, windows, dilations, strict=True):
        if size + before + after < (window - 1) * dilation + 1:
            raise ShapeError(
                f"windows of {tuple(windows)} (dilation {tuple(dilations)}) do not fit into spatial sizes {tuple(sizes)}"
            )


def channels_last(data_format: str | None) -> bool:
    """Whether channels come last; None asks the configuration."""
    data_format = data_format or config.image_data_format()
    if data_format not in ("channels_last", "channels_first"):
        raise ArgumentError(f"data_format must be 'channels_last' or 'channels_first', got {data_format!r}")
    return data_format == "channels_last"


def _conv_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 6, 3), s.real(3, 3, 4), data_format="channels_last"),
        s(s.real(2, 3, 7), s.real(2, 3, 4), strides=2, padding="same", data_format="channels_first"),
        s(s.real(2, 5, 6, 3), s.real(3, 2, 3, 4), padding="same", data_format="channels_last"),
        s(s.real(1, 5, 5, 2), s.real(3, 3, 2, 2), strides=(2, 1), data_format="channels_last"),
        s(s.real(1, 2, 6, 5), s.real(2, 2, 2, 3), dilation_rate=2, padding="same", data_format="channels_first"),
        s(s.real(1, 5, 4, 4), s.real(3, 2, 2, 6), padding="same", data_format="channels_last"),  # two groups
        s(s.real(1, 4, 4, 5), s.real(2, 3, 2, 6), strides=2, padding="same", data_format="channels_first"),
        s(s.real(1, 6, 2), s.real(3, 2, 3), padding=((2, 0),), data_format="channels_last"),
        s(s.real(1, 3, 4, 2, 2), s.real(2, 2, 1, 2, 3), strides=(1, 2, 1), padding="same", data_format="channels_last"),
    ]


@composite(SAME, samples=_conv_cases)
def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: int | Sequence[int] = 1,
    padding: str | Sequence[tuple[int, int]] = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """N-dimensional convolution.

    Args:
        inputs: ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.
        kernel: ``(*window, channels // groups, filters)``; the number of groups follows from the channels.
        strides: distance between windows.
        padding: ``"valid"``; ``"same"`` (``ceil(size / stride)`` outputs, zeros around); or pairs (before, after).
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window.
    """
    g = conv_geometry(tuple(inputs.shape), tuple(kernel.shape), strides, padding, data_format, dilation_rate)
    x = inputs if g.last else transpose(inputs, (0, *range(2, g.rank + 2), 1))
    if any(p != (0, 0) for p in g.padding):
        x = pad_constant(x, ((0, 0), *g.padding, (0, 0)), 0)
    axes = tuple(range(1, g.rank + 1))
    windows = sliding_windows(x, axes, g.window, g.strides, g.dilation)  # (batch, *out, channels, *window)
    batch, *out = tuple(windows.shape)[: g.rank + 1]
    inner = rules.size_of(g.window) * g.channels // g.groups
    weights = transpose(kernel, (g.rank, *range(g.rank), g.rank + 1))  # (channels, *window, filters)
    rows = batch * rules.size_of(out)
    if g.groups == 1:
        y = matmul(reshape(windows, (rows, inner)), reshape(weights, (inner, g.filters)))
    else:
        grouped = transpose(reshape(windows, (rows, g.groups, inner)), (1, 0, 2))
        per_group = transpose(reshape(weights, (inner, g.groups, g.filters // g.groups)), (1, 0, 2))
        y = transpose(matmul(grouped, per_group), (1, 0, 2))
    y = reshape(y, (batch, *out, g.filters))
    return y if g.last else transpose(y, (0, g.rank + 1, *range(1, g.rank + 1)))


class ConvGeometry:
    """The sizes of a convolution, checked: what a kernel needs to know."""

    __slots__ = ("channels", "dilation", "filters", "groups", "last", "padding", "rank", "strides", "window")

    rank: int
    last: bool
    channels: int
    filters: int
    groups: int
    window: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]


def conv_geometry(
    shape: tuple[int, ...], kernel: tuple[int, ...], strides: Any, padding: Any, data_format: Any, dilation_rate: Any
) -> ConvGeometry:
    """Check the arguments of `conv` against each other. Raises `ShapeError` or `ArgumentError`."""
    g = ConvGeometry()
    g.rank = len(shape) - 2
    if g.rank not in (1, 2, 3) or len(kernel) != g.rank + 2:
        raise ShapeError(f"conv: inputs of rank 3, 4 or 5 and a kernel of the same rank, got {shape} and {kernel}.")
    g.last = channels_last(data_format)
    g.channels = shape[-1] if g.last else shape[1]
    spatial = shape[1:-1] if g.last else shape[2:]
    g.window, g.filters = kernel[: g.rank], kernel[-1]
    if kernel[-2] == 0 or g.channels % kernel[-2]:
        raise ShapeError(
            f"conv: {g.channels} input channels are no multiple of the kernel's {kernel[-2]} (kernel {kernel})."
        )
    g.groups = g.channels // kernel[-2]
    if g.filters % g.groups:
        raise ShapeError(f"conv: {g.filters} filters cannot be divided into {g.groups} groups.")
    g.strides = per_axis(strides, g.rank, "strides")
    g.dilation = per_axis(dilation_rate, g.rank, "dilation_rate")
    g.padding = paddings(padding, spatial, g.window, g.strides, g.dilation)
    check_fit(spatial, g.padding, g.window, g.dilation)
    return g

"""Blocks of pixels: rearranged into channels, or into columns, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.convolution import channels_last, check_fit, per_axis
from polykeras.ops.movement import pad_constant, reshape, transpose
from polykeras.ops.policies import KEEP, SAME
from polykeras.ops.registry import composite
from polykeras.ops.windows import overlap_add, sliding_windows, window_count
from polykeras.typing import Tensor

# ---- into channels ---------------------------------------------------------------------------------------------------


def _image_sizes(op: str, x: Tensor, block_size: int, data_format: str | None) -> tuple[bool, int, int, int, int]:
    """Whether channels come last; batch, height, width, channels."""
    shape = tuple(x.shape)
    if len(shape) != 4:
        raise ShapeError(f"{op}: a batch of images, of rank 4, got shape {shape}.")
    if not isinstance(block_size, int) or block_size < 1:
        raise ArgumentError(f"{op}: block_size must be a positive int, got {block_size!r}.")
    last = channels_last(data_format)
    batch, height, width, channels = shape if last else (shape[0], *shape[2:], shape[1])
    return last, batch, height, width, channels


@composite(
    KEEP,
    samples=lambda s: [s(s.real(2, 2, 3, 8), 2), s(s.real(1, 9, 1, 2), 3, "channels_first")],
)
def depth_to_space(x: Tensor, block_size: int, data_format: str | None = "channels_last") -> Tensor:
    """Channels spread over blocks of ``block_size`` by ``block_size`` pixels: the inverse of `space_to_depth`.

    ``(N, H, W, r² C)`` to ``(N, r H, r W, C)``, the C channels of one pixel being neighbours among the r² C; channels
    first, ``(N, C r², H, W)`` to ``(N, C, r H, r W)``, the r² pixels of one channel being neighbours.
    """
    last, batch, height, width, channels = _image_sizes("depth_to_space", x, block_size, data_format)
    r, rest = block_size, channels // block_size**2
    if channels % r**2:
        raise ShapeError(f"depth_to_space: {channels} channels cannot be divided into blocks of {r} x {r} pixels.")
    if last:
        pixels = transpose(reshape(x, (batch, height, width, r, r, rest)), (0, 1, 3, 2, 4, 5))
        return reshape(pixels, (batch, height * r, width * r, rest))
    pixels = transpose(reshape(x, (batch, rest, r, r, height, width)), (0, 1, 4, 2, 5, 3))
    return reshape(pixels, (batch, rest, height * r, width * r))


@composite(
    KEEP,
    samples=lambda s: [s(s.real(2, 4, 6, 2), 2), s(s.real(1, 2, 3, 6), 3, "channels_first")],
)
def space_to_depth(x: Tensor, block_size: int, data_format: str | None = "channels_last") -> Tensor:
    """Blocks of ``block_size`` by ``block_size`` pixels put into channels: the inverse of `depth_to_space`."""
    last, batch, height, width, channels = _image_sizes("space_to_depth", x, block_size, data_format)
    r = block_size
    if height % r or width % r:
        raise ShapeError(f"space_to_depth: {height} x {width} pixels cannot be divided into blocks of {r} x {r}.")
    height, width = height // r, width // r
    if last:
        pixels = transpose(reshape(x, (batch, height, r, width, r, channels)), (0, 1, 3, 2, 4, 5))
        return reshape(pixels, (batch, height, width, channels * r**2))
    pixels = transpose(reshape(x, (batch, channels, height, r, width, r)), (0, 1, 3, 5, 2, 4))
    return reshape(pixels, (batch, channels * r**2, height, width))


# ---- into columns ----------------------------------------------------------------------------------------------------


def _pair(value: Any, name: str, least: int = 1) -> tuple[int, int]:
    if least == 1:
        return per_axis(value, 2, name)  # type: ignore[return-value]
    values = (value,) * 2 if isinstance(value, int) else tuple(value)
    if len(values) != 2 or any(v < least for v in values):
        raise ArgumentError(f"{name} must be an int of at least {least}, or two of them, got {value!r}")
    return values


@composite(
    KEEP,
    samples=lambda s: [
        s(s.real(2, 2, 3, 4), 2),
        s(s.real(1, 1, 5, 4), (3, 2), (2, 1), (1, 0), 2),
    ],
)
def unfold(
    x: Tensor,
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """All windows of images ``(N, C, H, W)``, as columns: ``(N, C * kernel height * kernel width, number of windows)``.

    Each option is one int or one for height and width. `padding` puts that many zeros on either side.
    """
    shape = tuple(x.shape)
    if len(shape) != 4:
        raise ShapeError(f"unfold: a batch of images with channels first, of rank 4, got shape {shape}.")
    size, apart = _pair(kernel_size, "kernel_size"), _pair(dilation, "dilation")
    around, step = _pair(padding, "padding", 0), _pair(stride, "stride")
    check_fit(shape[2:], tuple((p, p) for p in around), size, apart)
    if any(around):
        x = pad_constant(x, ((0, 0), (0, 0), *((p, p) for p in around)), 0)
    windows = sliding_windows(x, (2, 3), size, step, apart)  # (N, C, rows, columns, *size)
    batch, channels, *counts = tuple(windows.shape)[:4]
    columns = transpose(windows, (0, 1, 4, 5, 2, 3))
    return reshape(columns, (batch, channels * rules.size_of(size), rules.size_of(counts)))


@composite(
    SAME,
    samples=lambda s: [
        s(s.real(2, 8, 6), (3, 4), 2),
        s(s.real(1, 6, 4), (5, 4), (3, 2), (2, 1), (1, 0), 2),
    ],
)
def fold(
    x: Tensor,
    output_size: int | Sequence[int],
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """The transpose of `unfold`: columns added up where they came from, to images ``(N, C, *output_size)``."""
    shape = tuple(x.shape)
    whole, size, apart = (
        _pair(output_size, "output_size"),
        _pair(kernel_size, "kernel_size"),
        _pair(dilation, "dilation"),
    )
    around, step = _pair(padding, "padding", 0), _pair(stride, "stride")
    check_fit(whole, tuple((p, p) for p in around), size, apart)
    padded = tuple(d + 2 * p for d, p in zip(whole, around, strict=True))
    counts = tuple(map(window_count, padded, size, step, apart))
    if len(shape) != 3 or shape[1] % rules.size_of(size) or shape[2] != rules.size_of(counts):
        raise ShapeError(
            f"fold: images of {whole} have {rules.size_of(counts)} windows of {size}; wanted (N, C * "
            f"{rules.size_of(size)}, {rules.size_of(counts)}), got shape {shape}."
        )
    channels = shape[1] // rules.size_of(size)
    windows = transpose(reshape(x, (shape[0], channels, *size, *counts)), (0, 1, 4, 5, 2, 3))
    images = overlap_add(windows, (shape[0], channels, *padded), (2, 3), size, step, apart)
    if not any(around):
        return images
    from polykeras.ops.indexing import strided_slice

    stop = tuple(p + d for p, d in zip(around, whole, strict=True))
    return strided_slice(images, (0, 0, *around), (shape[0], channels, *stop), (1, 1, 1, 1))

"""Patches of images and volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.convolution import channels_last
from polykeras.ops.movement import expand_dims, moveaxis, pad, reshape, squeeze
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite
from polykeras.ops.windows import sliding_windows
from polykeras.typing import Tensor

Sizes: TypeAlias = "int | Sequence[int]"


def _sizes(argument: str, value: Any, count: int) -> tuple[int, ...]:
    sizes = (value,) * count if isinstance(value, int) else tuple(value)
    if len(sizes) != count or any(not isinstance(n, int) or n < 1 for n in sizes):
        raise ArgumentError(f"{argument} must be a positive integer or {count} of them, got {value!r}")
    return sizes


def _patches(
    x: Any, size: Any, strides: Any, dilation_rate: Any, padding: str, data_format: str | None, count: int
) -> Any:
    """Patches over `count` spatial axes, flattened into the channels: positions first, channels fastest."""
    if len(x.shape) not in (count + 1, count + 2):
        raise ShapeError(f"rank {count + 1} (one) or {count + 2} (a batch) is wanted, got shape {tuple(x.shape)}")
    sizes = _sizes("size", size, count)
    steps = sizes if strides is None else _sizes("strides", strides, count)
    dilations = _sizes("dilation_rate", dilation_rate, count)
    if padding not in ("valid", "same"):
        raise ArgumentError(f"padding must be 'valid' or 'same', got {padding!r}")
    last = channels_last(data_format)
    batch = expand_dims(x, 0) if len(x.shape) == count + 1 else x
    batch = batch if last else moveaxis(batch, 1, -1)
    axes = tuple(range(1, count + 1))
    if padding == "same":
        widths = [(0, 0)] * (count + 2)
        for a, n, step, d in zip(axes, sizes, steps, dilations, strict=True):
            length = batch.shape[a]
            total = max((-(-length // step) - 1) * step + (n - 1) * d + 1 - length, 0)
            widths[a] = (total // 2, total - total // 2)
        batch = pad(batch, widths)
    windows = moveaxis(sliding_windows(batch, axes, sizes, steps, dilations), count + 1, -1)
    shape = tuple(windows.shape)
    result = reshape(windows, (*shape[: count + 1], rules.size_of(shape[count + 1 :])))
    result = result if last else moveaxis(result, -1, 1)
    return squeeze(result, 0) if len(x.shape) == count + 1 else result


@composite(
    KEEP,
    samples=lambda s: [
        s(s.real(2, 6, 5, 2), 3, data_format="channels_last"),
        s(s.real(2, 5, 6), (2, 3), strides=2, padding="same", data_format="channels_first"),
        s(s.real(7, 6, 1), (2, 2), strides=1, dilation_rate=2, data_format="channels_last"),
        s(s.real(1, 4, 4, 3, 2), (2, 2, 2), data_format="channels_last"),
    ],
)
def extract_patches(
    images: Tensor,
    size: Sizes,
    strides: Sizes | None = None,
    dilation_rate: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Patches of `size`, `strides` apart (side by side if None), their elements `dilation_rate` apart.

    Args:
        images: ``(batch, height, width, channels)``, or one image; volumes if `size` has three numbers.
        size: height and width of a patch.
        strides: distance between patches.
        dilation_rate: distance between the elements of a patch.
        padding: ``"valid"``, or ``"same"`` for as many patches as the image has strides, zeros around it.
        data_format: where the channels are.

    Returns:
        ``(batch, rows, columns, height * width * channels)``: a patch's elements row by row, channels fastest.
    """
    if isinstance(size, Sequence) and len(size) == 3:
        return _patches(images, size, strides, dilation_rate, padding, data_format, 3)
    return _patches(images, size, strides, dilation_rate, padding, data_format, 2)


@composite(
    KEEP,
    samples=lambda s: [
        s(s.real(1, 4, 5, 4, 2), 2, data_format="channels_last"),
        s(s.real(2, 3, 4, 5), (2, 2, 3), strides=(1, 2, 2), padding="same", data_format="channels_first"),
    ],
)
def extract_patches_3d(
    volumes: Tensor,
    size: Sizes,
    strides: Sizes | None = None,
    dilation_rate: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """As `extract_patches`, of volumes ``(batch, depth, height, width, channels)``."""
    return _patches(volumes, size, strides, dilation_rate, padding, data_format, 3)

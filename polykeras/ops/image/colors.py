"""Colour spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import dtypes
from polykeras.errors import DtypeError, ShapeError
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, less
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import abs_, add, clip, divide, floor, maximum, minimum, multiply, subtract
from polykeras.ops.image.layout import back_to, channel_axis, working
from polykeras.ops.indexing import where
from polykeras.ops.joining import stack, unstack
from polykeras.ops.movement import expand_dims, moveaxis
from polykeras.ops.policies import KEEP_REAL
from polykeras.ops.products import matmul
from polykeras.ops.registry import composite
from polykeras.typing import Tensor

_LUMA = np.array([0.2989, 0.5870, 0.1140])  # ITU-R BT.601


def _planes(images: Any, data_format: str | None) -> tuple[list[Any], int]:
    axis = channel_axis(images, data_format)
    if not dtypes.is_floating(dtype(images)):
        raise DtypeError(f"images must be floats between 0 and 1, got dtype {dtype(images)}")
    if images.shape[axis] != 3:
        raise ShapeError(f"images must have 3 channels, got shape {tuple(images.shape)}")
    return unstack(images, axis=axis), axis


@composite(
    KEEP_REAL,
    samples=lambda s: [
        s(s.real(2, 3, 4, 3, low=0, high=1), data_format="channels_last"),
        s(s.real(3, 2, 2, low=0, high=1), data_format="channels_first"),
        s(s.real(2, 2, 1), data_format="channels_last"),
    ],
)
def rgb_to_grayscale(images: Tensor, data_format: str | None = None) -> Tensor:
    """One channel, ``0.2989 R + 0.5870 G + 0.1140 B`` (ITU-R BT.601). Images of one channel stay as they are.

    Integers are rounded, where Keras cuts off.
    """
    axis = channel_axis(images, data_format)
    if images.shape[axis] == 1:
        return images
    if images.shape[axis] != 3:
        raise ShapeError(f"images must have 1 or 3 channels, got shape {tuple(images.shape)}")
    x = working(images)
    weights = cast(_LUMA, dtype(x))
    gray = matmul(x if axis == -1 else moveaxis(x, axis, -1), weights)
    return back_to(expand_dims(gray, axis), dtype(images))


def _color_cases(s: Any) -> list[Any]:
    smooth = s.real(2, 3, 2, 3, low=0.1, high=0.9)
    smooth[..., 0] = (
        np.arange(12).reshape(2, 3, 2) % 6 + 0.4 + 0.2 * smooth[..., 1]
    ) / 6  # no hue where the formula changes
    return [
        s(smooth, data_format="channels_last"),
        s(s.real(3, 2, 2, low=0, high=1), data_format="channels_first", grad=False),
    ]


@composite(KEEP_REAL, samples=_color_cases)
def rgb_to_hsv(images: Tensor, data_format: str | None = None) -> Tensor:
    """Hue in [0, 1), saturation and value, of red, green and blue in [0, 1].

    Hue and saturation of grey are 0. Smith 1978, "Color gamut transform pairs".
    """
    (r, g, b), axis = _planes(images, data_format)
    value = maximum(maximum(r, g), b)
    spread = subtract(value, minimum(minimum(r, g), b))
    colored, lit = greater(spread, 0), greater(value, 0)
    scale = divide(1.0 / 6.0, where(colored, spread, 1))
    hue = where(
        equal(value, r),
        multiply(scale, subtract(g, b)),
        where(
            equal(value, g),
            add(multiply(scale, subtract(b, r)), 2.0 / 6.0),
            add(multiply(scale, subtract(r, g)), 4.0 / 6.0),
        ),
    )
    hue = where(colored, where(less(hue, 0), add(hue, 1), hue), 0)
    saturation = where(lit, divide(spread, where(lit, value, 1)), 0)
    return stack([hue, saturation, value], axis=axis)


@composite(KEEP_REAL, samples=_color_cases)
def hsv_to_rgb(images: Tensor, data_format: str | None = None) -> Tensor:
    """Red, green and blue of hue, saturation and value; the hue goes round at 1. The inverse of `rgb_to_hsv`."""
    (hue, saturation, value), axis = _planes(images, data_format)
    sector = multiply(subtract(hue, floor(hue)), 6)

    def plane(distance: Any) -> Any:
        share = clip(distance, 0, 1)
        return multiply(value, add(subtract(1, saturation), multiply(saturation, share)))

    red = plane(subtract(abs_(subtract(sector, 3)), 1))
    green = plane(subtract(2, abs_(subtract(sector, 2))))
    blue = plane(subtract(2, abs_(subtract(sector, 4))))
    return stack([red, green, blue], axis=axis)

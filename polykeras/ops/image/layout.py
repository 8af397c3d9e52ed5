"""Images as the ops of this package see them: a batch, channels last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras import dtypes
from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.casting import cast
from polykeras.ops.conversion import dtype
from polykeras.ops.convolution import channels_last
from polykeras.ops.elementwise import clip, rint
from polykeras.ops.movement import expand_dims, squeeze, transpose


def check_rank(images: Any) -> None:
    """Raise `ShapeError` unless `images` is one image or a batch of them."""
    if len(images.shape) not in (3, 4):
        raise ShapeError(f"images must have rank 3 (one image) or 4 (a batch), got shape {tuple(images.shape)}")


def one_of(argument: str, value: Any, allowed: Sequence[Any]) -> None:
    """Raise `ArgumentError` unless `value` is among those allowed."""
    if value not in allowed:
        raise ArgumentError(f"{argument} must be one of {', '.join(map(repr, allowed))}, got {value!r}")


def height_and_width(images: Any, data_format: str | None) -> tuple[int, int]:
    """The axes of height and width, counted from the front."""
    check_rank(images)
    rank = len(images.shape)
    return (rank - 3, rank - 2) if channels_last(data_format) else (rank - 2, rank - 1)


def channel_axis(images: Any, data_format: str | None) -> int:
    """The axis of the channels, counted from the end."""
    check_rank(images)
    return -1 if channels_last(data_format) else -3


def on_batches(images: Any, data_format: str | None, f: Callable[[Any], Any]) -> Any:
    """`f` of the images as ``(batch, height, width, channels)``, its result in the layout that `images` had."""
    check_rank(images)
    last = channels_last(data_format)
    batch = expand_dims(images, 0) if len(images.shape) == 3 else images
    result = f(batch if last else transpose(batch, (0, 2, 3, 1)))
    result = result if last else transpose(result, (0, 3, 1, 2))
    return squeeze(result, 0) if len(images.shape) == 3 else result


def working(x: Any) -> Any:
    """`x` in the dtype to compute in: float64 stays, everything else is float32."""
    return x if dtype(x) == "float64" else cast(x, "float32")


def back_to(x: Any, kind: str) -> Any:
    """What was computed from images of dtype `kind` in that dtype: of integers, rounded and moved into its range."""
    if not dtypes.is_integer(kind):
        return cast(x, kind)
    bounds = np.iinfo(kind)
    high = np.asarray(bounds.max, dtypes.numpy_dtype(dtype(x)))
    if int(high) > bounds.max:  # rounded up: no integer of the dtype; the float below is one
        high = np.nextafter(high, np.zeros_like(high))
    return cast(clip(rint(x), float(bounds.min), float(high)), kind)

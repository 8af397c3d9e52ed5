"""Cropping and padding of images."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops.image.layout import height_and_width
from polykeras.ops.indexing import get_item
from polykeras.ops.movement import pad
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _spans(
    word: str, target: str, size: int, before: int | None, after: int | None, total: int | None, sign: int
) -> tuple[int, int]:
    """How much to add (sign 1) or take away (-1) before and after, two of the three numbers being given."""
    names = {
        "top": (f"top_{word}", f"bottom_{word}", "target_height"),
        "left": (f"left_{word}", f"right_{word}", "target_width"),
    }[target]
    given = dict(zip(names, (before, after, total), strict=True))
    absent = [name for name, value in given.items() if value is None]
    if len(absent) != 1:
        raise ArgumentError(f"exactly two of {', '.join(names)} must be given, got {given}")
    for name, value in given.items():
        if value is not None and (not isinstance(value, int) or value < 0):
            raise ArgumentError(f"{name} must be a whole number of at least 0, got {value!r}")
    if before is None or after is None:
        assert total is not None
        other = sign * (total - size) - ((after if before is None else before) or 0)
        before, after = (other, after) if before is None else (before, other)
    assert before is not None and after is not None
    for name, value in zip(names[:2], (before, after), strict=True):
        if value < 0:
            raise ArgumentError(f"{name} would be {value} for images of size {size}, got {given}")
    if size + sign * (before + after) < 0:
        raise ArgumentError(f"{names[0]} and {names[1]} take more than the size {size}, got {given}")
    return before, after


@composite(
    KEEP,
    samples=lambda s: [
        s(s.real(2, 3, 4, 2), 1, 2, 0, 3, data_format="channels_last"),
        s(s.real(2, 3, 4), 1, None, None, 2, target_height=5, target_width=8, data_format="channels_first"),
        s(s.ints(2, 2, 1), 0, 0, None, None, 2, 3, data_format="channels_last"),
    ],
)
def pad_images(
    images: Tensor,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Zeros around the images. Of top, bottom and the height that results two are given; likewise of the widths."""
    high, wide = height_and_width(images, data_format)
    widths = [(0, 0)] * len(images.shape)
    widths[high] = _spans("padding", "top", images.shape[high], top_padding, bottom_padding, target_height, 1)
    widths[wide] = _spans("padding", "left", images.shape[wide], left_padding, right_padding, target_width, 1)
    return pad(images, widths)


@composite(
    KEEP,
    samples=lambda s: [
        s(s.real(2, 5, 4, 2), 1, 2, 0, 1, data_format="channels_last"),
        s(s.real(2, 3, 4), 1, None, None, 2, target_height=1, target_width=2, data_format="channels_first"),
        s(s.ints(2, 2, 1), 0, 0, None, None, 2, 1, data_format="channels_last"),
    ],
)
def crop_images(
    images: Tensor,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """A part of the images. Of top, bottom and the height that remains two are given; likewise of the widths."""
    high, wide = height_and_width(images, data_format)
    index: list[Any] = [slice(None)] * len(images.shape)
    for axis, span in (
        (high, _spans("cropping", "top", images.shape[high], top_cropping, bottom_cropping, target_height, -1)),
        (wide, _spans("cropping", "left", images.shape[wide], left_cropping, right_cropping, target_width, -1)),
    ):
        index[axis] = slice(span[0], images.shape[axis] - span[1])
    return get_item(images, tuple(index))

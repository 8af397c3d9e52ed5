"""Measures of how alike two images are."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.casting import cast
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import add, divide, multiply, square, subtract
from polykeras.ops.image.filters import blurred
from polykeras.ops.image.layout import height_and_width, working
from polykeras.ops.policies import FLOAT
from polykeras.ops.reductions import mean
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


@composite(
    FLOAT,
    samples=lambda s: [
        s(s.real(2, 6, 7, 2, low=0, high=1), s.real(2, 6, 7, 2, low=0, high=1), filter_size=3, data_format="channels_last"),
        s(s.real(1, 12, 11), s.real(1, 12, 11), 4.0, k1=0.02, data_format="channels_first"),
    ],
)
def ssim(
    image1: Tensor,
    image2: Tensor,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Tensor:
    """The structural similarity of two images, or of the images of two batches: at most 1, which equal images have.

    Args:
        image1: one image or a batch.
        image2: likewise, of the same shape.
        max_val: the largest possible value of a pixel.
        filter_size: samples of the Gauss window, odd.
        filter_sigma: its standard deviation, in pixels.
        k1: stabilizes where means are near 0.
        k2: stabilizes where variances are near 0.
        data_format: where the channels are.

    Returns one number per image. Wang, Bovik, Sheikh and Simoncelli 2004, "Image quality assessment: from error
    visibility to structural similarity".
    """
    axes = height_and_width(image1, data_format)
    if tuple(image1.shape) != tuple(image2.shape):
        raise ShapeError(
            f"image1 and image2 must have the same shape, got {tuple(image1.shape)} and {tuple(image2.shape)}"
        )
    if not isinstance(filter_size, int) or filter_size < 1 or filter_size % 2 == 0:
        raise ArgumentError(f"filter_size must be a positive odd integer, got {filter_size!r}")
    if min(image1.shape[a] for a in axes) < filter_size:
        raise ShapeError(f"a window of {filter_size} does not fit into images of shape {tuple(image1.shape)}")

    def smooth(x: Any) -> Any:
        return blurred(x, axes, (filter_size,) * 2, (filter_sigma,) * 2, same=False)

    x, y = working(image1), working(image2)
    mx, my = smooth(x), smooth(y)
    squares, product = add(square(mx), square(my)), multiply(mx, my)
    spread = subtract(add(smooth(square(x)), smooth(square(y))), squares)
    common = subtract(smooth(multiply(x, y)), product)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    similarity = divide(
        multiply(add(multiply(product, 2.0), c1), add(multiply(common, 2.0), c2)),
        multiply(add(squares, c1), add(spread, c2)),
    )
    rank = len(image1.shape)
    return cast(mean(similarity, axis=tuple(range(rank - 3, rank))), dtype(image1))

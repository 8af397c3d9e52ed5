"""Linear filters along the axes of images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.creation import range_
from polykeras.ops.elementwise import divide, exp, multiply, square
from polykeras.ops.image.layout import back_to, height_and_width, working
from polykeras.ops.joining import stack
from polykeras.ops.movement import pad
from polykeras.ops.policies import KEEP_REAL
from polykeras.ops.products import matmul
from polykeras.ops.reductions import sum_
from polykeras.ops.registry import composite
from polykeras.ops.windows import sliding_windows
from polykeras.typing import Tensor

FLOATS = ("float32", "float64", "float16", "bfloat16")  # of samples whose other arguments lose by rounding to integers


def correlated(x: Any, axis: int, taps: Any, same: bool = True) -> Any:
    """The sum of `taps` times neighbours along `axis`; zeros lie outside, if the result shall be as long as `x`."""
    count = taps.shape[0]
    if same:
        widths = [(0, 0)] * len(x.shape)
        widths[axis] = ((count - 1) // 2, count // 2)
        x = pad(x, widths)
    return matmul(sliding_windows(x, (axis,), (count,), (1,), (1,)), taps)


def gauss(count: int, sigma: Any, kind: str) -> Any:
    """`count` samples of a Gauss curve about their middle, with sum 1."""
    place = divide(range_(0, count, 1, kind) - (count - 1) / 2, sigma)
    curve = exp(multiply(square(place), -0.5))
    return divide(curve, sum_(curve))


def blurred(x: Any, axes: Sequence[int], sizes: Sequence[int], sigmas: Any, same: bool = True) -> Any:
    """`x` smoothed by a Gauss kernel along each of the axes."""
    for i, (axis, size) in enumerate(zip(axes, sizes, strict=True)):
        x = correlated(x, axis, gauss(size, sigmas[i], dtype(x)), same)
    return x


@composite(
    KEEP_REAL,
    samples=lambda s: [
        s(s.real(2, 5, 6, 2), data_format="channels_last"),
        s(s.real(2, 5, 6), (5, 2), [0.7, 1.6], data_format="channels_first", dtypes=FLOATS),
    ],
)
def gaussian_blur(
    images: Tensor,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Tensor = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """Images smoothed by a Gauss kernel; outside they are 0.

    Args:
        images: one image or a batch. Integers are rounded.
        kernel_size: samples of the kernel along the width and along the height.
        sigma: standard deviations in pixels, along the width and along the height; gradients pass.
        data_format: where the channels are.
    """
    sizes = tuple(kernel_size)
    if len(sizes) != 2 or any(not isinstance(n, int) or n < 1 for n in sizes):
        raise ArgumentError(f"kernel_size must be two positive integers, got {kernel_size!r}")
    axes = height_and_width(images, data_format)
    x = working(images)
    sigmas = convert_to_tensor(sigma, dtype(x))
    if tuple(sigmas.shape) != (2,):
        raise ArgumentError(f"sigma must be two numbers, got shape {tuple(sigmas.shape)}")
    return back_to(blurred(x, axes[::-1], sizes, sigmas), dtype(images))


@composite(
    KEEP_REAL,
    samples=lambda s: [
        s(s.real(2, 4, 5, 2), data_format="channels_last"),
        s(s.real(2, 4, 3), data_format="channels_first"),
    ],
)
def sobel_edges(images: Tensor, data_format: str | None = None) -> Tensor:
    """The vertical and the horizontal derivative of images, in a new last axis; outside they are 0.

    Sobel's filters: differences ``[-1, 0, 1]`` along one axis, smoothed by ``[1, 2, 1]`` along the other.
    """
    axes = height_and_width(images, data_format)
    x = working(images)
    difference, smooth = (convert_to_tensor(taps, dtype(x)) for taps in ([-1.0, 0.0, 1.0], [1.0, 2.0, 1.0]))
    edges = [correlated(correlated(x, along, difference), across, smooth) for along, across in (axes, axes[::-1])]
    return back_to(stack(edges, -1), dtype(images))

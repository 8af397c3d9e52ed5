"""Resizing: every sample of the result is a weighted mean of samples near its place.

Pixels are squares and lie at their centres ("half-pixel centres"): the centre of sample i of n falls on
``(i + 1/2) m / n - 1/2`` among m samples. Axes are resampled one after the other, by a product with a matrix of weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.comparison import equal, greater, greater_equal, less, less_equal
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.creation import range_
from polykeras.ops.elementwise import abs_, add, divide, maximum, multiply, sin, subtract
from polykeras.ops.image.layout import back_to, height_and_width, one_of, working
from polykeras.ops.indexing import get_item, take, where
from polykeras.ops.logic import logical_and
from polykeras.ops.movement import expand_dims, moveaxis, pad, reshape, swapaxes
from polykeras.ops.policies import KEEP_REAL
from polykeras.ops.products import matmul
from polykeras.ops.reductions import sum_
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _triangle(x: Any) -> Any:
    return maximum(subtract(1.0, x), 0.0)


def _cubic(x: Any) -> Any:
    """Keys 1981, "Cubic convolution interpolation", with a = -1/2."""
    near = add(multiply(multiply(subtract(multiply(x, 1.5), 2.5), x), x), 1.0)
    far = add(multiply(subtract(multiply(add(multiply(x, -0.5), 2.5), x), 4.0), x), 2.0)
    return where(less(x, 1.0), near, where(less(x, 2.0), far, 0.0))


def _lanczos(radius: float) -> Callable[[Any], Any]:
    """``sinc(x) sinc(x / radius)`` inside the radius."""

    def kernel(x: Any) -> Any:
        tiny = less(x, 1e-3)
        safe = multiply(where(tiny, 1.0, x), math.pi)
        inside = divide(multiply(multiply(sin(safe), sin(divide(safe, radius))), radius), multiply(safe, safe))
        return where(greater(x, radius), 0.0, where(tiny, 1.0, inside))

    return kernel


_KERNELS: dict[str, Callable[[Any], Any]] = {
    "bilinear": _triangle,
    "bicubic": _cubic,
    "lanczos3": _lanczos(3.0),
    "lanczos5": _lanczos(5.0),
}
_FLOATS = ("float32", "float64", "float16", "bfloat16")
_SYNONYMS = {"linear": "bilinear", "trilinear": "bilinear", "cubic": "bicubic", "tricubic": "bicubic"}


def _weights(length: int, wanted: int, scale: Any, translation: Any, method: str, antialias: bool, kind: str) -> Any:
    """``(wanted, length)``: what each of the old samples gives to each of the new ones.

    Where the result is smaller and `antialias` asks for it, the kernel is widened to cover what falls away. Samples
    whose centre lies outside are 0.
    """
    step = divide(1.0, convert_to_tensor(scale, kind))
    width = maximum(step, 1.0) if antialias else 1.0
    centre = add(range_(0, wanted, 1, kind), 0.5)
    place = subtract(subtract(multiply(centre, step), multiply(translation, step)), 0.5)
    distance = abs_(subtract(expand_dims(place, 1), range_(0, length, 1, kind)))
    weights = _KERNELS[method](divide(distance, width))
    total = sum_(weights, 1, True)
    some = greater(abs_(total), 1000 * float(np.finfo(kind).eps))
    weights = where(some, divide(weights, where(equal(total, 0), 1.0, total)), 0.0)
    inside = logical_and(greater_equal(place, -0.5), less_equal(place, length - 0.5))
    return where(expand_dims(inside, 1), weights, 0.0)


def _resampled(x: Any, axis: int, weights: Any) -> Any:
    """The product of `weights` and `x` along `axis`."""
    shape = tuple(x.shape)
    before, after = rules.size_of(shape[:axis]), rules.size_of(shape[axis + 1 :])
    if after < 16:  # a few channels: many small products would take longer than to turn the images
        turned = moveaxis(x, axis, -1)
        rows = matmul(reshape(turned, (before * after, shape[axis])), swapaxes(weights, 0, 1))
        return moveaxis(reshape(rows, (*tuple(turned.shape)[:-1], weights.shape[0])), -1, axis)
    flat = matmul(weights, reshape(x, (before, shape[axis], after)))
    return reshape(flat, (*shape[:axis], weights.shape[0], *shape[axis + 1 :]))


def _nearest(x: Any, axis: int, wanted: int) -> Any:
    length = x.shape[axis]
    index = np.array([(2 * i + 1) * length // (2 * wanted) for i in range(wanted)], "int32")
    return take(x, index, axis=axis)


def _size(size: Any) -> tuple[int, int]:
    if not isinstance(size, (tuple, list)) or len(size) != 2 or any(not isinstance(n, int) or n < 1 for n in size):
        raise ArgumentError(f"size must be (height, width), two positive integers, got {size!r}")
    return size[0], size[1]


def _cropped(images: Any, axes: tuple[int, int], size: tuple[int, int]) -> Any:
    """The largest part from the middle whose sides are as `size`."""
    height, width = (images.shape[a] for a in axes)
    parts = (
        max(min(height, int(float(width * size[0]) / size[1])), 1),
        max(min(width, int(float(height * size[1]) / size[0])), 1),
    )
    index: list[Any] = [slice(None)] * len(images.shape)
    for a, whole, part in zip(axes, (height, width), parts, strict=True):
        start = int(float(whole - part) / 2)
        index[a] = slice(start, start + part)
    return get_item(images, tuple(index))


def _padded(images: Any, axes: tuple[int, int], size: tuple[int, int], value: float) -> Any:
    """The images in the middle of the smallest frame whose sides are as `size`."""
    height, width = (images.shape[a] for a in axes)
    frames = (
        max(height, int(float(width * size[0]) / size[1])),
        max(width, int(float(height * size[1]) / size[0])),
    )
    widths = [(0, 0)] * len(images.shape)
    for a, inner, frame in zip(axes, (height, width), frames, strict=True):
        start = int(float(frame - inner) / 2)
        widths[a] = (start, start)
    return pad(images, widths, constant_values=value)


def _resize_cases(s: Any) -> list[Any]:
    x = s.real(2, 4, 5, 2)
    return [
        s(x, (6, 3), data_format="channels_last", dtypes=_FLOATS),
        s(x, (2, 9), "nearest", data_format="channels_last"),
        s(s.real(2, 6, 5), (3, 4), "bicubic", True, data_format="channels_first"),
        s(x, (7, 7), "lanczos3", data_format="channels_last"),
        s(s.real(9, 8, 1), (4, 5), "lanczos5", True, data_format="channels_last"),
        s(x, (3, 2), antialias=True, data_format="channels_last", dtypes=_FLOATS),
        s(
            s.ints(2, 2, 1, low=-90, high=90), (6, 6), data_format="channels_last"
        ),  # ninths: none lies between two integers
        s(s.real(5, 8, 1), (4, 4), crop_to_aspect_ratio=True, data_format="channels_last"),
        s(s.real(1, 2, 4, 8), (6, 6), pad_to_aspect_ratio=True, fill_value=1.5, data_format="channels_first"),
    ]


@composite(KEEP_REAL, samples=_resize_cases)
def resize(
    images: Tensor,
    size: Sequence[int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
    """Images with another height and width.

    Args:
        images: one image or a batch. Integers are computed as float32, rounded to even, and moved into their range.
        size: height and width of the result.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"`` (Keys 1981, a = -1/2), ``"lanczos3"``, ``"lanczos5"``.
        antialias: widen the kernel where the result is smaller, so that all samples count. Not for ``"nearest"``.
        crop_to_aspect_ratio: cut the images to the proportions of `size` first, from the middle.
        pad_to_aspect_ratio: put them in the middle of a frame of those proportions first, filled with `fill_value`.
        fill_mode: ``"constant"``.
        fill_value: what the frame is filled with.
        data_format: where the channels are.
    """
    axes = height_and_width(images, data_format)
    one_of("interpolation", interpolation, ("nearest", *_KERNELS))
    one_of("fill_mode", fill_mode, ("constant",))
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError("only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be True")
    wanted = _size(size)
    if crop_to_aspect_ratio:
        images = _cropped(images, axes, wanted)
    elif pad_to_aspect_ratio:
        images = _padded(images, axes, wanted, fill_value)
    if interpolation == "nearest":
        for axis, n in zip(axes, wanted, strict=True):
            images = _nearest(images, axis, n) if images.shape[axis] != n else images
        return images
    x = working(images)
    for axis, n in zip(axes, wanted, strict=True):
        length = x.shape[axis]
        if length != n:
            x = _resampled(x, axis, _weights(length, n, n / length, 0.0, interpolation, antialias, dtype(x)))
    return back_to(x, dtype(images))


@composite(
    KEEP_REAL,
    samples=lambda s: [
        s(s.real(1, 4, 5, 2), (1, 6, 3, 2), [1.4, 0.7], [0.3, -0.6], (1, 2), "linear", dtypes=_FLOATS),
        s(s.real(5, 4), (5, 7), [1.7], [-1.2], (1,), "bicubic", False, dtypes=_FLOATS),
        s(s.real(6, 5), (3, 4), [0.5, 0.8], [0.0, 0.4], (0, 1), "lanczos3", dtypes=_FLOATS),
    ],
)
def scale_and_translate(
    images: Tensor,
    output_shape: Sequence[int],
    scale: Tensor,
    translation: Tensor,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Tensor:
    """`images` stretched by `scale` and then moved by `translation` along `spatial_dims`, into `output_shape`.

    Args:
        images: of any rank.
        output_shape: the shape of the result; it differs from that of `images` in `spatial_dims` only.
        scale: one factor per spatial axis; gradients pass.
        translation: one distance per spatial axis, in samples of the result; gradients pass.
        spatial_dims: the axes.
        method: ``"linear"``, ``"cubic"``, ``"lanczos3"`` or ``"lanczos5"``; ``"bilinear"``, ``"trilinear"``, ``"bicubic"``
            and ``"tricubic"`` mean the same.
        antialias: widen the kernel where a factor is below 1.

    Samples whose place lies outside the images are 0.
    """
    one_of("method", method, (*_KERNELS, *_SYNONYMS))
    method = _SYNONYMS.get(method, method)
    axes = rules.axes_of(tuple(spatial_dims), len(images.shape))
    shape = tuple(images.shape)
    if len(output_shape) != len(shape) or any(
        n != m for i, (n, m) in enumerate(zip(output_shape, shape, strict=True)) if i not in axes
    ):
        raise ArgumentError(
            f"output_shape {tuple(output_shape)} must be the images' {shape} but for the spatial axes {axes}"
        )
    x = working(images)
    kind = dtype(x)
    factors, moves = (convert_to_tensor(v, kind) for v in (scale, translation))
    for name, v in (("scale", factors), ("translation", moves)):
        if tuple(v.shape) != (len(axes),):
            raise ArgumentError(f"{name} must have one number for each of the axes {axes}, got shape {tuple(v.shape)}")
    for n, axis in enumerate(axes):
        weights = _weights(shape[axis], output_shape[axis], factors[n], moves[n], method, antialias, kind)
        x = _resampled(x, axis, weights)
    return back_to(x, dtype(images))

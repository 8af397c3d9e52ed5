"""Images: resizing, resampling, colours, filters, patches.

Resampling by SciPy's `ndimage`; resizing sample by sample.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage, signal


def _last(images: Any, data_format: str | None, f: Callable[[Any], Any]) -> Any:
    """`f` of each image with its channels last."""
    batch = images if images.ndim == 4 else images[None]
    first = data_format == "channels_first"
    found = np.stack([f(np.moveaxis(x, 0, -1) if first else x) for x in batch])
    found = np.moveaxis(found, 3, 1) if first else found
    return found if images.ndim == 4 else found[0]


def _integer(images: Any, found: Any) -> Any:
    """Integers where the images are."""
    return found if images.dtype.kind == "f" else np.rint(found).astype(images.dtype)


# ---- resizing --------------------------------------------------------------------------------------------------------


def _kernel(method: str, x: float) -> float:
    x = abs(x)
    if method in ("bilinear", "linear", "trilinear"):
        return max(0.0, 1 - x)
    if method in ("bicubic", "cubic", "tricubic"):
        return 1.5 * x**3 - 2.5 * x**2 + 1 if x < 1 else -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0
    radius = int(method[-1])
    return float(np.sinc(x) * np.sinc(x / radius)) if x < radius else 0.0


def _stretched(x: Any, axis: int, n: int, scale: float, move: float, method: str, antialias: bool) -> Any:
    length = x.shape[axis]
    width = max(1 / scale, 1.0) if antialias else 1.0
    slices = []
    for i in range(n):
        place = (i + 0.5) / scale - move / scale - 0.5
        weights = np.array([_kernel(method, (place - j) / width) for j in range(length)])
        outside = not -0.5 <= place <= length - 0.5
        share = np.zeros(length) if outside or not weights.sum() else weights / weights.sum()
        slices.append(np.tensordot(share, x, (0, axis)))
    return np.stack(slices, axis)


def _resize(
    images: Any, size: Any, interpolation: str, antialias: bool, crop: bool, frame: bool, mode: str, value: float, fmt: Any
) -> Any:
    def one(x: Any) -> Any:
        height, width = x.shape[:2]
        if crop:
            h, w = min(height, int(width * size[0] / size[1])), min(width, int(height * size[1] / size[0]))
            top, left = (height - h) // 2, (width - w) // 2
            x = x[top : top + h, left : left + w]
        if frame:
            h, w = max(height, int(width * size[0] / size[1])), max(width, int(height * size[1] / size[0]))
            high, wide = (h - height) // 2, (w - width) // 2
            x = np.pad(x, ((high, high), (wide, wide), (0, 0)), constant_values=value)
        for axis in (0, 1):
            if interpolation == "nearest":
                centres = (np.arange(size[axis]) + 0.5) * x.shape[axis] / size[axis]
                x = np.take(x, np.floor(centres).astype(int), axis)
            elif size[axis] != x.shape[axis]:
                x = _stretched(x, axis, size[axis], size[axis] / x.shape[axis], 0.0, interpolation, antialias)
        return x

    return _integer(images, _last(images, fmt, one))


def _scale_and_translate(
    images: Any, shape: Any, scale: Any, translation: Any, axes: Any, method: str, antialias: bool
) -> Any:
    x = images
    for n, axis in enumerate(axes):
        x = _stretched(x, axis, shape[axis], float(scale[n]), float(translation[n]), method, antialias)
    return _integer(images, x)


# ---- reading elsewhere -----------------------------------------------------------------------------------------------

_MODES = {"constant": "grid-constant", "wrap": "grid-wrap"}


def _map_coordinates(x: Any, places: Any, order: int, mode: str, value: float) -> Any:
    found = ndimage.map_coordinates(x.astype("float64"), places, order=order, mode=_MODES.get(mode, mode), cval=value)
    return _integer(x, found)


def _projective(images: Any, transforms: Any, interpolation: str, mode: str, value: float, fmt: Any) -> Any:
    order = {"nearest": 0, "bilinear": 1}[interpolation]
    following = iter(np.broadcast_to(transforms, (len(images) if images.ndim == 4 else 1, 8)))

    def one(x: Any) -> Any:
        a0, a1, a2, b0, b1, b2, c0, c1 = next(following)
        v, u = np.mgrid[: x.shape[0], : x.shape[1]]
        k = c0 * u + c1 * v + 1
        places = np.stack([(b0 * u + b1 * v + b2) / k, (a0 * u + a1 * v + a2) / k])
        return np.stack([_map_coordinates(x[..., c], places, order, mode, value) for c in range(x.shape[2])], -1)

    return _last(images, fmt, one)


def _perspective(images: Any, start: Any, end: Any, interpolation: str, value: float, fmt: Any) -> Any:
    transforms = []
    for source, target in zip(np.reshape(start, (-1, 4, 2)), np.reshape(end, (-1, 4, 2)), strict=True):
        rows, right = [], []
        for (sx, sy), (x, y) in zip(source, target, strict=True):
            rows += [[x, y, 1, 0, 0, 0, -sx * x, -sx * y], [0, 0, 0, x, y, 1, -sy * x, -sy * y]]
            right += [sx, sy]
        transforms.append(np.linalg.solve(np.array(rows), np.array(right)))
    return _projective(images, np.stack(transforms), interpolation, "constant", value, fmt)


# ---- colours ---------------------------------------------------------------------------------------------------------


def _grayscale(images: Any, fmt: Any) -> Any:
    return _integer(
        images, _last(images, fmt, lambda x: x if x.shape[2] == 1 else (x @ [0.2989, 0.587, 0.114])[..., None])
    )


def _pixelwise(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda images, fmt: _last(images, fmt, lambda x: np.apply_along_axis(lambda pixel: f(*pixel), 2, x))


# ---- filters and patches ---------------------------------------------------------------------------------------------


def _gauss(count: int, sigma: float) -> Any:
    curve = np.array([math.exp(-0.5 * ((i - (count - 1) / 2) / sigma) ** 2) for i in range(count)])
    return curve / curve.sum()


def _correlated(x: Any, kernel: Any, mode: str = "same") -> Any:
    """The correlation with `kernel`; of an even side, the smaller half lies before."""
    if mode == "same":
        x = np.pad(x, [((n - 1) // 2, n // 2) for n in kernel.shape])
    return signal.correlate2d(x, kernel, "valid")


def _by_channel(images: Any, fmt: Any, f: Callable[[Any], Any]) -> Any:
    return _last(images, fmt, lambda x: np.stack([f(x[..., c]) for c in range(x.shape[2])], -1))


def _blur(images: Any, size: Any, sigma: Any, fmt: Any) -> Any:
    kernel = np.outer(_gauss(size[1], sigma[1]), _gauss(size[0], sigma[0]))
    return _integer(images, _by_channel(images, fmt, lambda x: _correlated(x, kernel)))


def _sobel(images: Any, fmt: Any) -> Any:
    across = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])

    def edges(kernel: Any) -> Any:
        return _by_channel(images, fmt, lambda x: _correlated(x, kernel))

    return _integer(images, np.stack([edges(across.T), edges(across)], -1))


def _ssim(a: Any, b: Any, top: float, size: int, sigma: float, k1: float, k2: float, fmt: Any) -> Any:
    kernel = np.outer(_gauss(size, sigma), _gauss(size, sigma))
    c1, c2 = (k1 * top) ** 2, (k2 * top) ** 2
    results = []
    for x, y in zip(a if a.ndim == 4 else a[None], b if b.ndim == 4 else b[None], strict=True):
        planes = []
        for p, q in zip(*((v if fmt == "channels_first" else np.moveaxis(v, -1, 0)) for v in (x, y)), strict=True):
            mp, mq, pp, qq, pq = (_correlated(v, kernel, "valid") for v in (p, q, p * p, q * q, p * q))
            planes.append(
                (2 * mp * mq + c1) * (2 * (pq - mp * mq) + c2) / ((mp**2 + mq**2 + c1) * (pp - mp**2 + qq - mq**2 + c2))
            )
        results.append(np.mean(planes))
    return np.array(results) if a.ndim == 4 else results[0]


def _patches(x: Any, size: Any, strides: Any, dilation: Any, padding: str, fmt: Any, count: int) -> Any:
    def numbers(value: Any) -> tuple[int, ...]:
        return (value,) * count if isinstance(value, int) else tuple(value)

    sizes, dilations = numbers(size), numbers(dilation)
    steps = sizes if strides is None else numbers(strides)
    single = x.ndim == count + 1
    batch = x[None] if single else x
    batch = np.moveaxis(batch, 1, -1) if fmt == "channels_first" else batch
    if padding == "same":
        totals = [
            max((math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n, 0)
            for n, s, k, d in zip(batch.shape[1:-1], steps, sizes, dilations, strict=True)
        ]
        batch = np.pad(batch, [(0, 0), *((t // 2, t - t // 2) for t in totals), (0, 0)])
    counts = [(n - (k - 1) * d - 1) // s + 1 for n, s, k, d in zip(batch.shape[1:-1], steps, sizes, dilations, strict=True)]
    found = np.zeros((len(batch), *counts, int(np.prod(sizes)) * batch.shape[-1]), batch.dtype)
    for place in np.ndindex(*counts):
        cut = tuple(
            slice(p * s, p * s + (k - 1) * d + 1, d) for p, s, k, d in zip(place, steps, sizes, dilations, strict=True)
        )
        found[(slice(None), *place)] = batch[(slice(None), *cut)].reshape(len(batch), -1)
    found = np.moveaxis(found, -1, 1) if fmt == "channels_first" else found
    return found[0] if single else found


# ---- frames ----------------------------------------------------------------------------------------------------------


def _frame(sign: int) -> Callable[..., Any]:
    def reference(x: Any, top: Any, left: Any, bottom: Any, right: Any, height: Any, width: Any, fmt: Any) -> Any:
        axes = (x.ndim - 3, x.ndim - 2) if fmt == "channels_last" else (x.ndim - 2, x.ndim - 1)
        for axis, before, after, total in zip(axes, (top, left), (bottom, right), (height, width), strict=True):
            n = x.shape[axis]
            if before is None:
                before = sign * (total - n) - after
            after = sign * (total - n) - before if after is None else after
            if sign > 0:
                x = np.pad(x, [(before, after) if a == axis else (0, 0) for a in range(x.ndim)])
            else:
                x = np.take(x, range(before, n - after), axis)
        return x

    return reference


ORACLES: dict[str, Callable[..., Any]] = {
    "resize": _resize,
    "scale_and_translate": _scale_and_translate,
    "map_coordinates": _map_coordinates,
    "affine_transform": _projective,
    "perspective_transform": _perspective,
    "rgb_to_grayscale": _grayscale,
    "rgb_to_hsv": _pixelwise(colorsys.rgb_to_hsv),
    "hsv_to_rgb": _pixelwise(colorsys.hsv_to_rgb),
    "gaussian_blur": _blur,
    "sobel_edges": _sobel,
    "ssim": _ssim,
    "extract_patches": lambda x, size, strides, dilation, padding, fmt: _patches(
        x, size, strides, dilation, padding, fmt, 3 if isinstance(size, tuple) and len(size) == 3 else 2
    ),
    "extract_patches_3d": lambda x, size, strides, dilation, padding, fmt: _patches(
        x, size, strides, dilation, padding, fmt, 3
    ),
    "pad_images": _frame(1),
    "crop_images": _frame(-1),
}

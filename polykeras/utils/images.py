"""Pictures: arrays as images, images as arrays, and both as files. They need Pillow, the extra ``image``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from polykeras import config, dtypes
from polykeras.backend_names import standardize_dtype
from polykeras.errors import ArgumentError, ShapeError
from polykeras.utils.optional import require

_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_KEPT = {"L": ("L", "I;16", "I")}  # grey images of 16 and 32 bits stay what they are
_WITHOUT_ALPHA = {"jpg", "jpeg"}


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """An array of three axes as a Pillow image.

    Args:
        x: shape (height, width, channels), or (channels, height, width) for ``"channels_first"``; 1 channel is grey, 3
            are RGB, 4 RGBA.
        data_format: by default `polykeras.config.image_data_format()`.
        scale: stretch the values so that the smallest is 0 and the greatest 255; otherwise they are taken as they are.
        dtype: what to compute in, by default the default float.

    Raises `ShapeError` for another number of axes or channels, `ImportError` without Pillow.
    """
    image_module = require("PIL.Image", "array_to_img", "image")
    from polykeras.ops.conversion import convert_to_numpy

    array = np.asarray(convert_to_numpy(x), dtypes.numpy_dtype(standardize_dtype(dtype)))
    if array.ndim != 3:
        raise ShapeError(
            f"array_to_img: an image has 3 axes, got shape {array.shape}. A grey one has an axis of 1 channel."
        )
    if _channels_first(data_format, "array_to_img"):
        array = array.transpose(1, 2, 0)
    if scale:
        array = array - array.min(initial=np.inf)
        greatest = array.max(initial=0)
        array = array / greatest * 255 if greatest else array  # in this order, the greatest becomes 255 exactly
    channels = array.shape[2]
    if channels == 1:
        # Beyond 8 bits only grey images exist; files of most formats hold 16 bits at most.
        greatest = array.max(initial=0)
        pixels = "uint8" if greatest <= 255 else "uint16" if greatest <= 65535 else "int32"
        return image_module.fromarray(array[:, :, 0].astype(pixels))
    if channels not in (3, 4):
        raise ShapeError(f"array_to_img: images have 1, 3 or 4 channels, got {channels} (shape {array.shape}).")
    return image_module.fromarray(array.astype("uint8"))


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """A Pillow image as an array of shape (height, width, channels), or (channels, height, width).

    Args:
        img: the image; arrays of two or three axes go through too.
        data_format: by default `polykeras.config.image_data_format()`.
        dtype: of the array, by default the default float.
    """
    array = np.asarray(img, dtypes.numpy_dtype(standardize_dtype(dtype)))
    if array.ndim not in (2, 3):
        raise ShapeError(f"img_to_array: an image has 2 or 3 axes, got shape {array.shape}.")
    channels_first = _channels_first(data_format, "img_to_array")
    if array.ndim == 2:
        return array[np.newaxis] if channels_first else array[..., np.newaxis]
    return array.transpose(2, 0, 1) if channels_first else array


def save_img(
    path: str | os.PathLike[str] | BinaryIO,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write an array as an image file.

    Args:
        path: where to; or an open file.
        x, data_format, scale: see `array_to_img`.
        file_format: ``"png"`` and the like; by default what the path ends in.
        kwargs: for Pillow's `Image.save`.
    """
    image = array_to_img(x, data_format, scale)
    suffix = file_format or (Path(path).suffix[1:] if isinstance(path, (str, os.PathLike)) else "")
    if image.mode == "RGBA" and suffix.lower() in _WITHOUT_ALPHA:
        image = image.convert("RGB")  # the format has no transparency
    if file_format and file_format.lower() == "jpg":
        file_format = "jpeg"  # as Pillow calls it
    image.save(path, format=file_format, **kwargs)


def load_img(
    path: str | os.PathLike[str] | BinaryIO,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """Read an image file, as a Pillow image.

    Args:
        path: of the file; or an open file.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``: what it is converted to.
        target_size: ``(height, width)`` to resize to.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos"``, ``"box"`` or ``"hamming"``.
        keep_aspect_ratio: cut off, evenly on both sides, what does not have the shape of `target_size`; otherwise the
            image is distorted.
    """
    image_module = require("PIL.Image", "load_img", "image")
    if color_mode not in _MODES:
        raise ArgumentError(f"load_img: color_mode must be one of {', '.join(_MODES)}, got {color_mode!r}.")
    methods = {method.name.lower(): method for method in image_module.Resampling}
    if interpolation not in methods:
        raise ArgumentError(f"load_img: interpolation must be one of {', '.join(methods)}, got {interpolation!r}.")
    with image_module.open(path) as opened:
        opened.load()
        mode = _MODES[color_mode]
        image = opened.copy() if opened.mode in _KEPT.get(mode, (mode,)) else opened.convert(mode)
    if target_size is None or image.size == (target_size[1], target_size[0]):
        return image
    height, width = target_size
    box = _middle(image.size, width, height) if keep_aspect_ratio else None
    return image.resize((width, height), methods[interpolation], box)


def smart_resize(
    x: Any,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    **kwargs: Any,
) -> Any:
    """Images of another size, undistorted: what does not have the proportions of `size` is cut off evenly on both sides.

    Args:
        x: an image, or a batch of them: shape (..., height, width, channels), or (..., channels, height, width).
        size: ``(height, width)`` to resize to.
        interpolation: see `polykeras.ops.image.resize`.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns an ndarray for an ndarray, else a tensor.
    """
    from polykeras import ops

    if kwargs:
        raise ArgumentError(f"smart_resize: unknown argument(s) {', '.join(kwargs)}.")
    if len(size) != 2:
        raise ArgumentError(f"smart_resize: size must be (height, width), got {size!r}.")
    resized = ops.image.resize(x, size, interpolation, crop_to_aspect_ratio=True, data_format=data_format)
    return ops.convert_to_numpy(resized) if isinstance(x, np.ndarray) else resized


def _middle(size: tuple[int, int], width: int, height: int) -> tuple[int, int, int, int]:
    """The greatest box ``(left, upper, right, lower)`` in the middle of an image that has the proportions asked for."""
    full_width, full_height = size
    box_width = min(full_width, full_height * width // height)
    box_height = min(full_height, full_width * height // width)
    left, upper = (full_width - box_width) // 2, (full_height - box_height) // 2
    return left, upper, left + box_width, upper + box_height


def _channels_first(data_format: str | None, function: str) -> bool:
    data_format = data_format or config.image_data_format()
    if data_format not in ("channels_first", "channels_last"):
        raise ArgumentError(
            f"{function}: data_format must be 'channels_first' or 'channels_last', got {data_format!r}."
        )
    return data_format == "channels_first"

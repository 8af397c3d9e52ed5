"""Images as the published networks want them, and what their predictions mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from polykeras import config, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.utils.local_files import local_file

CLASS_INDEX = "imagenet_class_index.json"
CLASS_INDEX_FOLDER = "https://storage.googleapis.com/download.tensorflow.org/data/"
CLASS_INDEX_MD5 = "c2c37ea517e94d9795004a39431a14cb"

MODES = ("caffe", "tf", "torch")  # called after the libraries whose networks first wanted their images so

# Means and deviations of ImageNet's channels: in the order blue, green, red of 0 to 255; red, green, blue of 0 to 1.
_BGR_MEAN = (103.939, 116.779, 123.68)
_RGB_MEAN, _RGB_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Images of 0 to 255 as a network wants them.

    Args:
        x: one image or a batch, with three channels; an array or a tensor. An array that holds floats is changed itself
            where no channel moves.
        data_format: where the channels are; by default the configured place.
        mode: ``"caffe"``: red and blue change places and ImageNet's mean is taken from each channel; ``"tf"``: from -1 to
            1; ``"torch"``: from 0 to 1, less ImageNet's mean, over its deviation.

    Raises `ArgumentError` for another mode or data format, `ShapeError` for images without three channels.
    """
    if mode not in MODES:
        raise ArgumentError(f"preprocess_input: mode must be one of {', '.join(MODES)}, got {mode!r}.")
    data_format = data_format or config.image_data_format()
    if data_format not in ("channels_first", "channels_last"):
        raise ArgumentError(
            f'preprocess_input: data_format must be "channels_first" or "channels_last", got {data_format!r}.'
        )
    if not str(ops.dtype(x)).startswith(("float", "bfloat")):
        x = x.astype(config.floatx()) if isinstance(x, np.ndarray) else ops.cast(x, config.floatx())
    if mode == "tf":
        x /= 127.5
        x -= 1.0
        return x
    axis = len(x.shape) - 3 if data_format == "channels_first" else len(x.shape) - 1
    if len(x.shape) not in (3, 4) or x.shape[axis] != 3:
        raise ShapeError(
            f"preprocess_input: images with three channels on axis {axis} were wanted ({data_format}), got shape "
            f"{tuple(x.shape)}."
        )
    to_axis = tuple(3 if i == axis else 1 for i in range(len(x.shape)))

    def by_channel(values: tuple[float, ...]) -> Any:
        return ops.reshape(ops.convert_to_tensor(np.asarray(values, str(ops.dtype(x)))), to_axis)

    if isinstance(x, np.ndarray):
        return _prepared(x, mode, np.flip(x, axis), lambda values: np.reshape(np.asarray(values, x.dtype), to_axis))
    return _prepared(x, mode, ops.flip(x, axis), by_channel)


def _prepared(x: Any, mode: str, turned: Any, by_channel: Callable[[tuple[float, ...]], Any]) -> Any:
    """The images by ``"caffe"``, from those with `turned` channels, or by ``"torch"``."""
    if mode == "caffe":
        turned -= by_channel(_BGR_MEAN)
        return turned
    x /= 255.0
    x -= by_channel(_RGB_MEAN)
    x /= by_channel(_RGB_DEVIATION)
    return x


def preparation(mode: str) -> Callable[..., Any]:
    """`preprocess_input` with its mode set."""

    def prepare(x: Any, data_format: str | None = None) -> Any:
        return preprocess_input(x, data_format, mode)

    prepare.__name__ = prepare.__qualname__ = "preprocess_input"
    prepare.__doc__ = f"Images of 0 to 255 as this network wants them: `imagenet_utils.preprocess_input`, {mode!r}."
    return prepare


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, Any]]]:
    """For each image the `top` most probable classes: WordNet number, name, probability.

    Args:
        preds: of shape ``(images, 1000)``.
        top: how many.

    The names are in the file ``imagenet_class_index.json``, in ``$KERAS_HOME/models``. Raises `ShapeError` for
    predictions of another shape, `SavedFileError` if the file is missing or damaged.
    """
    if len(preds.shape) != 2 or preds.shape[1] != 1000:
        raise ShapeError(
            f"decode_predictions: predictions of shape (images, 1000) were wanted, got {tuple(preds.shape)}."
        )
    path = local_file(CLASS_INDEX, CLASS_INDEX_FOLDER + CLASS_INDEX, "models", CLASS_INDEX_MD5)
    names = _class_names(path, path.stat().st_mtime_ns)
    rows = ops.convert_to_numpy(preds)
    return [[(*names[i], row[i]) for i in np.argsort(row)[::-1][:top].tolist()] for row in rows]


@cache
def _class_names(path: Path, changed: int) -> list[tuple[str, str]]:
    """WordNet number and name of each class; read once, until the file is `changed`."""
    index = json.loads(path.read_text(encoding="utf-8"))
    return [tuple(index[str(i)]) for i in range(len(index))]  # type: ignore[misc]


__all__ = ["decode_predictions", "preprocess_input"]

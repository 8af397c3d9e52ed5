"""Pictures as arrays and as files."""

from __future__ import annotations

import os
import re
from typing import Any

import numpy as np

from polykeras.errors import ShapeError
from polykeras.utils import images
from polykeras.v1.engine.arguments import ordering


def data_format(dim_ordering: str) -> str:
    """Today's name of an ordering; ``"default"`` is the one that is set."""
    return "channels_first" if ordering(dim_ordering) == "th" else "channels_last"


def array_to_img(x: Any, dim_ordering: str = "default", scale: bool = True) -> Any:
    """An array of three axes as a picture.

    With `scale` the greatest value becomes 255, and values below zero are moved up to it before. Raises `ShapeError` for
    another number of axes, or other than 1 or 3 channels.
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 3:
        raise ShapeError(f"array_to_img: three axes were wanted, got shape {x.shape}.")
    form = data_format(dim_ordering)
    channels = x.shape[0 if form == "channels_first" else 2]
    if channels not in (1, 3):
        raise ShapeError(f"array_to_img: 1 or 3 channels were wanted, got {channels}.")
    if scale:
        x = x + max(-x.min(), 0)
        x = x / (x.max() or 1) * 255
    return images.array_to_img(x, form, scale=False, dtype="float64")


def img_to_array(img: Any, dim_ordering: str = "default") -> Any:
    """A picture as an array of three axes."""
    return images.img_to_array(img, data_format(dim_ordering))


def load_img(path: str, grayscale: bool = False, target_size: Any = None) -> Any:
    """The picture in a file, in colours or in grey; of `target_size` (height, width), the nearest pixels are taken."""
    return images.load_img(path, "grayscale" if grayscale else "rgb", target_size)


def list_pictures(directory: str, ext: str = "jpg|jpeg|bmp|png") -> list[str]:
    """The files with these endings, in a folder and those inside it."""
    ending = re.compile(rf"([\w]+\.(?:{ext}))")
    return [os.path.join(root, f) for root, _, files in os.walk(directory) for f in files if ending.match(f)]

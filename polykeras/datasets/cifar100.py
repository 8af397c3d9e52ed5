"""CIFAR-100: photographs of a hundred kinds of things, 32 by 32 pixels."""

from __future__ import annotations

from typing import Any

from polykeras import config
from polykeras.datasets.cifar import Photographs
from polykeras.errors import ArgumentError

PHOTOGRAPHS = Photographs(
    archive="cifar-100-python.tar.gz",
    folder="cifar-100-python",
    hash="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    train=("train",),
    test=("test",),
)


def load_data(label_mode: str = "fine") -> Any:
    """``(x_train, y_train), (x_test, y_test)``: uint8 images in the configured format, labels of shape ``(n, 1)``.

    `label_mode`: ``"fine"`` for a hundred kinds, ``"coarse"`` for twenty. From the archive ``cifar-100-python.tar.gz`` in
    ``$KERAS_HOME/datasets``, or the folder unpacked from it. Raises `SavedFileError` if neither is there, with address and
    place, or if the archive has another checksum.
    """
    if label_mode not in ("fine", "coarse"):
        raise ArgumentError(f'load_data: label_mode must be "fine" or "coarse", got {label_mode!r}.')
    return PHOTOGRAPHS.load(f"{label_mode}_labels", config.image_data_format())

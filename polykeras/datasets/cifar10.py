"""CIFAR-10: photographs of ten kinds of things, 32 by 32 pixels."""

from __future__ import annotations

from typing import Any

from polykeras import config
from polykeras.datasets.cifar import Photographs

PHOTOGRAPHS = Photographs(
    archive="cifar-10-python.tar.gz",
    folder="cifar-10-batches-py",
    hash="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    train=tuple(f"data_batch_{i}" for i in range(1, 6)),
    test=("test_batch",),
)


def load_data() -> Any:
    """``(x_train, y_train), (x_test, y_test)``: uint8 images in the configured format, labels of shape ``(n, 1)``.

    From the archive ``cifar-10-python.tar.gz`` in ``$KERAS_HOME/datasets``, or the folder unpacked from it. Raises
    `SavedFileError` if neither is there, with address and place, or if the archive has another checksum.
    """
    return PHOTOGRAPHS.load("labels", config.image_data_format())

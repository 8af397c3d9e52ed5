"""MNIST: images of handwritten digits, 28 by 28 pixels. LeCun, Cortes and Burges."""

from __future__ import annotations

from typing import Any

from polykeras.datasets.files import arrays, dataset_file

NAME = "mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def load_data(path: str = NAME) -> Any:
    """``(x_train, y_train), (x_test, y_test)``: uint8 images of 0 to 255, and their digits.

    Args:
        path: name of the file in ``$KERAS_HOME/datasets``; with a folder in it, the path of a file of your own with the
            arrays ``x_train``, ``y_train``, ``x_test`` and ``y_test``.

    Raises `SavedFileError` if the file is missing, with its address and place, or has another checksum.
    """
    data = arrays(dataset_file(path, NAME, SHA256))
    return (data["x_train"], data["y_train"]), (data["x_test"], data["y_test"])

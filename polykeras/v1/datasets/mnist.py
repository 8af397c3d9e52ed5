"""Images of handwritten digits."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from polykeras.v1.utils.data_utils import get_file


def load_data(path: str = "mnist.pkl.gz") -> Any:
    """``(x, y), (x, y)`` for training and testing, from ``$KERAS_HOME/datasets/mnist.npz``.

    The file holds the arrays ``x_train``, ``y_train``, ``x_test`` and ``y_test``, as Keras 2 and 3 distribute it. A path
    that ends in ``.pkl.gz``, as Keras 1 named it, stands for it too: pickles are not read.
    """
    name = path.replace(".pkl.gz", ".npz")
    found = get_file(name, "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz")
    with open(found, "rb") as f, np.load(io.BytesIO(f.read()), allow_pickle=False) as data:
        return (data["x_train"], data["y_train"]), (data["x_test"], data["y_test"])

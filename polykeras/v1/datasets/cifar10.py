"""Small photographs of ten things."""

from typing import Any

from polykeras.v1.datasets.cifar import load_split


def load_data() -> Any:
    """``(x, y), (x, y)``, from ``$KERAS_HOME/datasets/cifar10-train.npz`` and ``cifar10-test.npz``.

    The files hold ``data`` (n, 3072) and ``labels``, as in the original's batches, which are pickles and not read.
    """
    return load_split("cifar10", "https://www.cs.toronto.edu/~kriz/cifar.html (repacked as .npz)", "labels")

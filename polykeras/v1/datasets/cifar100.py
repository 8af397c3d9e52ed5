"""Small photographs of a hundred things."""

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.v1.datasets.cifar import load_split


def load_data(label_mode: str = "fine") -> Any:
    """``(x, y), (x, y)``, from ``$KERAS_HOME/datasets/cifar100-train.npz`` and ``cifar100-test.npz``.

    The files hold ``data`` (n, 3072), ``fine_labels`` and ``coarse_labels``. `label_mode`: ``"fine"`` or ``"coarse"``.
    """
    if label_mode not in ("fine", "coarse"):
        raise ArgumentError(f'load_data: label_mode must be "fine" or "coarse", got {label_mode!r}.')
    origin = "https://www.cs.toronto.edu/~kriz/cifar.html (repacked as .npz)"
    return load_split("cifar100", origin, f"{label_mode}_labels")

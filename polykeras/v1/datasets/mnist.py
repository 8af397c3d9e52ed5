"""Images of handwritten digits."""

from __future__ import annotations

from typing import Any

from polykeras.datasets import mnist
from polykeras.v1.datasets.old_files import contents, instead_of, is_old, old_file


def load_data(path: str = "mnist.pkl.gz") -> Any:
    """``(x, y), (x, y)`` for training and testing.

    From `path` in ``$KERAS_HOME/datasets``, or from today's ``mnist.npz`` there.
    """
    found = old_file(path) if is_old(path) else None
    if found is None:
        with instead_of(path):
            return mnist.load_data(mnist.NAME if is_old(path) else path)
    train, test = contents(found)
    return tuple(train), tuple(test)

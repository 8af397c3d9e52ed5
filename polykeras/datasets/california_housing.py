"""California housing: prices of houses in 1990 and 8 numbers about where they are. Pace and Barry 1997."""

from __future__ import annotations

from typing import Any

from polykeras.datasets.files import arrays, dataset_file
from polykeras.datasets.tables import shuffled_split
from polykeras.errors import ArgumentError

NAME = "california_housing.npz"
SHA256 = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
SMALL = 600


def load_data(version: str = "large", path: str = NAME, test_split: float = 0.2, seed: int = 113) -> Any:
    """``(x_train, y_train), (x_test, y_test)``: numbers of shape ``(n, 8)``, and prices in dollars.

    Args:
        version: ``"large"``: all 20,640 districts; ``"small"``: the first 600.
        path: name of the file in ``$KERAS_HOME/datasets``, or a path with a folder of a file of your own.
        test_split: fraction for testing.
        seed: of the order.

    Raises `SavedFileError` if the file is missing, with its address and place, or has another checksum.
    """
    if version not in ("small", "large"):
        raise ArgumentError(f'load_data: version must be "small" or "large", got {version!r}.')
    data = arrays(dataset_file(path, NAME, SHA256))
    rows = slice(SMALL if version == "small" else None)
    return shuffled_split(data["x"][rows], data["y"][rows], test_split, seed)

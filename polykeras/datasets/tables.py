"""Tables of numbers: what the data sets of houses share."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError


def shuffled_split(x: Any, y: Any, test_split: float, seed: int) -> Any:
    """``(x, y), (x, y)``: the rows in a random order, the last part of them for testing."""
    if not 0 <= test_split < 1:
        raise ArgumentError(f"load_data: test_split must be from 0 to below 1, got {test_split!r}.")
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    at = int(len(x) * (1 - test_split))
    return (x[order[:at]], y[order[:at]]), (x[order[at:]], y[order[at:]])

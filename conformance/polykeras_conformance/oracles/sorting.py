"""Order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _top_k(x: np.ndarray, k: int, is_sorted: bool) -> list[Any]:
    order = np.empty((*x.shape[:-1], k), "int64")
    for row in np.ndindex(*x.shape[:-1]):
        # Python's sort keeps the order of equal elements.
        order[row] = sorted(range(x.shape[-1]), key=lambda i: -int(x[row][i]) if x.dtype != float else -x[row][i])[:k]
    return [np.take_along_axis(x, order, -1), order]


def _in_top_k(targets: np.ndarray, predictions: np.ndarray, k: int) -> Any:
    return np.array([np.sum(row > row[t]) < k for t, row in zip(targets, predictions, strict=True)])


ORACLES: dict[str, Callable[..., Any]] = {
    "argsort": lambda x, axis: np.argsort(x, axis=axis, kind="stable"),
    "sort": lambda x, axis: np.sort(x, axis=axis),
    "top_k": _top_k,
    "in_top_k": _in_top_k,
}

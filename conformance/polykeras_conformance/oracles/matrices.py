"""Triangles, diagonals, products and correlation, by NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _cross(x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None) -> Any:
    """By the Levi-Civita symbol, vectors of two components having a zero for their third."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(x1, axisa, -1), np.moveaxis(x2, axisb, -1)
    flat = a.shape[-1] == b.shape[-1] == 2
    a, b = (np.concatenate([v, np.zeros((*v.shape[:-1], 3 - v.shape[-1]), v.dtype)], -1) for v in (a, b))
    symbol = np.zeros((3, 3, 3), "int64")
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        symbol[i, j, k], symbol[i, k, j] = 1, -1
    result = np.einsum("ijk,...j,...k->...i", symbol, a, b)
    return result[..., 2] if flat else np.moveaxis(result, -1, axisc)


def _kron(a: Any, b: Any) -> Any:
    if a.dtype == bool:
        return np.kron(a.astype("int64"), b.astype("int64")) > 0
    return np.kron(a, b)


def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    powers = [x**0 if i == 0 else np.prod([x] * i, axis=0) for i in range(len(x) if N is None else N)]
    rows = np.array(powers, x.dtype).reshape(len(powers), len(x)).T
    return rows if increasing else rows[:, ::-1]


ORACLES: dict[str, Callable[..., Any]] = {
    "tril": np.tril,
    "triu": np.triu,
    "diagonal": np.diagonal,
    "trace": lambda x, *rest: np.trace(x.astype("int64") if x.dtype == bool else x, *rest),
    "diag": np.diag,
    "diagflat": np.diagflat,
    "cross": _cross,
    "kron": _kron,
    "vander": _vander,
    "corrcoef": np.corrcoef,
    "correlate": np.correlate,
}

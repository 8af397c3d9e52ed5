"""Tensors from nothing, and changes of dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.dtypes import COMPLEX, numpy_dtype


def _cast(x: np.ndarray, dtype: str) -> Any:
    return (x if dtype in ("bool", *COMPLEX) else x.real).astype(numpy_dtype(dtype))


def _range(start: float, stop: float, step: float, dtype: str) -> Any:
    values: list[float] = []
    while start + len(values) * step < stop if step > 0 else start + len(values) * step > stop:
        values.append(start + len(values) * step)
    return np.array(values, "float64")


ORACLES: dict[str, Callable[..., Any]] = {
    "fill": lambda shape, value, dtype: np.full(shape, value),
    "fill_like": lambda x, value, dtype: np.full(x.shape, value),
    "zeros_like": lambda x, dtype: np.zeros(x.shape),
    "ones_like": lambda x, dtype: np.ones(x.shape),
    "empty_like": lambda x, dtype: np.zeros(x.shape),
    "range": _range,
    "cast": _cast,
    "stop_gradient": lambda x: x,
}

"""Slices that share an id, values at places named by several indices: one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _lowest(dtype: np.dtype) -> Any:
    return False if dtype.kind == "b" else np.iinfo(dtype).min if dtype.kind == "i" else -np.inf


def _highest(dtype: np.dtype) -> Any:
    return True if dtype.kind == "b" else np.iinfo(dtype).max if dtype.kind == "i" else np.inf


def _segments(combine: Any, start: Callable[[np.dtype], Any]) -> Callable[..., Any]:
    def reference(data: np.ndarray, ids: Any, num_segments: int, is_sorted: bool = False) -> Any:
        ids = np.asarray(ids)
        total = np.full((num_segments, *data.shape[ids.ndim :]), start(data.dtype), data.dtype)
        for place in np.ndindex(*ids.shape):
            if 0 <= ids[place] < num_segments:
                total[ids[place]] = combine(total[ids[place]], data[place])
        return total

    return reference


def _scatter_max(updates: np.ndarray, indices: Any, size: int) -> Any:
    indices = np.asarray(indices)
    return _segments(np.maximum, _lowest)(updates, np.where(indices < 0, indices + size, indices), size)


_REDUCTIONS: dict[str | None, Callable[..., Any]] = {
    None: lambda old, new: new,
    "add": np.add,
    "max": np.maximum,
    "min": np.minimum,
    "mul": np.multiply,
}


def _scatter_update(inputs: np.ndarray, indices: Any, updates: np.ndarray, reduction: str | None) -> Any:
    result, indices = np.array(inputs), np.asarray(indices)
    for n in np.ndindex(*indices.shape[:-1]):
        place = tuple(indices[n])
        if all(-d <= i < d for i, d in zip(place, inputs.shape, strict=False)):
            result[place] = _REDUCTIONS[reduction](result[place], updates[n])
    return result


ORACLES: dict[str, Callable[..., Any]] = {
    "segment_sum": _segments(np.add, lambda dtype: 0),
    "segment_max": _segments(np.maximum, _lowest),
    "segment_min": _segments(np.minimum, _highest),
    "segment_prod": _segments(np.multiply, lambda dtype: 1),
    "scatter_max": _scatter_max,
    "scatter": lambda indices, values, shape: _scatter_update(np.zeros(shape, values.dtype), indices, values, "add"),
    "scatter_update": _scatter_update,
}

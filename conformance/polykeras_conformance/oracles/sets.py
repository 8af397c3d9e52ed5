"""Distinct elements, places in an order, counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _key(row: np.ndarray) -> Any:
    """Rows in order of their first elements, NaN after everything."""
    return [(bool(np.isnan(v)), float(v)) for v in np.ravel(row)]


def _unique(
    x: np.ndarray,
    is_sorted: bool,
    return_index: bool,
    return_inverse: bool,
    return_counts: bool,
    axis: int | None,
    size: int,
    fill_value: Any,
) -> Any:
    rows = list(x.ravel()) if axis is None else list(np.moveaxis(x, axis, 0))
    groups: list[list[int]] = []  # places of equal rows
    for place in sorted(range(len(rows)), key=lambda i: _key(rows[i])):
        if groups and np.array_equal(rows[groups[-1][0]], rows[place]):
            groups[-1].append(place)
        else:
            groups.append([place])
    rest = () if axis is None else np.moveaxis(x, axis, 0).shape[1:]
    values = np.full((size, *rest), fill_value or 0, x.dtype)
    index, counts, inverse = np.zeros(size, int), np.zeros(size, int), np.zeros(len(rows), int)
    for number, places in enumerate(groups):
        inverse[places] = number
        if number < size:
            values[number], index[number], counts[number] = rows[places[0]], places[0], len(places)
    index[len(groups) :] = index[:1] if groups else 0
    results = [values if axis is None else np.moveaxis(values, 0, axis)]
    results += [index] * return_index
    results += [inverse.reshape(x.shape) if axis is None else inverse] * return_inverse
    results += [counts] * return_counts
    return results


def _searchsorted(sequence: np.ndarray, values: np.ndarray, side: str) -> Any:
    """What of the sequence comes before each value, counted one by one."""
    found = np.zeros(values.shape, int)
    for place in np.ndindex(*values.shape):
        v = _key(values[place])
        found[place] = sum(_key(s) < v or (side == "right" and _key(s) == v) for s in sequence)
    return found


def _histogram(x: np.ndarray, bins: int, limits: Any) -> Any:
    low, high = (x.min(), x.max()) if limits is None else limits
    edges = np.linspace(low, high, bins + 1)
    counts = np.zeros(bins, int)
    for i in range(bins):
        below = x <= edges[i + 1] if i == bins - 1 else x < edges[i + 1]
        counts[i] = np.sum((edges[i] <= x) & below)
    return [counts, edges]


def _multi_hot(inputs: np.ndarray, num_classes: int, axis: int, dtype: Any, sparse: bool) -> Any:
    inputs = np.asarray(inputs)
    if inputs.ndim < 2:
        return np.array([np.any(inputs == c) for c in range(num_classes)])
    each = np.stack([inputs == c for c in range(num_classes)], axis)
    return each.any(axis=1)


ORACLES: dict[str, Callable[..., Any]] = {
    "unique": _unique,
    "searchsorted": _searchsorted,
    "digitize": lambda x, bins: _searchsorted(bins, x, "right"),
    "histogram": _histogram,
    "multi_hot": _multi_hot,
    "argpartition": lambda x, kth, axis: np.argsort(x, axis=axis, kind="stable"),
}

"""Quantiles, weighted means, reductions that pass over NaN."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np


def _quiet(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` without NumPy's warnings of slices without elements."""

    def run(*args: Any, **options: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return f(*args, **options)

    return run


def _flattened(x: np.ndarray, axis: Any) -> np.ndarray:
    """The reduced axes as one, the last."""
    axes = range(x.ndim) if axis is None else [int(a) % x.ndim for a in np.atleast_1d(axis)]
    rest = [a for a in range(x.ndim) if a not in axes]
    count = int(np.prod([x.shape[a] for a in axes]))
    return x.transpose([*rest, *axes]).reshape([*(x.shape[a] for a in rest), count])


def _quantile(skip_nan: bool, highest: float) -> Callable[..., Any]:
    """By hand: NumPy's own makes NaN of two equal infinities."""

    def of_row(row: np.ndarray, q: float, method: str) -> float:
        missing = np.isnan(row)
        row = np.sort(row[~missing])
        if not row.size or (missing.any() and not skip_nan):
            return np.nan
        place = q / highest * (len(row) - 1)
        low, high = row[int(np.floor(place))], row[int(np.ceil(place))]
        weight = {
            "linear": place % 1,
            "lower": 0.0,
            "higher": 1.0,
            "midpoint": 0.5,
            "nearest": abs(round(place) - np.floor(place)),
        }[method]
        # Not low + (high - low) * weight, which is NaN beside an infinity.
        return low if weight == 0 or low == high else high if weight == 1 else low * (1 - weight) + high * weight

    def reference(x: np.ndarray, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
        rows = _flattened(x, axis)
        kept = np.sum(x, axis=axis if axis is None else tuple(map(int, np.atleast_1d(axis))), keepdims=keepdims).shape
        found = [[of_row(rows[i], level, method) for i in np.ndindex(*rows.shape[:-1])] for level in np.atleast_1d(q)]
        return np.reshape(found, (*np.shape(q), *kept))

    return reference


def _average(x: np.ndarray, axis: Any, weights: Any) -> Any:
    return np.average(x, axis, weights)


def _running(f: Any) -> Callable[..., Any]:
    return lambda x, axis, dtype: f(x, axis=axis)


def _position(find: Any) -> Callable[..., Any]:
    def reference(x: np.ndarray, axis: int | None, keepdims: bool) -> Any:
        return find(x, axis=axis, keepdims=keepdims)

    return reference


def _reduction(f: Any) -> Callable[..., Any]:
    return _quiet(lambda x, axis, keepdims: f(x, axis=axis, keepdims=keepdims))


ORACLES: dict[str, Callable[..., Any]] = {
    "quantile": _quantile(False, 1),
    "percentile": _quantile(False, 100),
    "nanquantile": _quantile(True, 1),
    "nanpercentile": _quantile(True, 100),
    "median": _reduction(np.median),
    "nanmedian": _reduction(np.nanmedian),
    "average": _average,
    "ptp": lambda x, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims) - np.min(x, axis=axis, keepdims=keepdims),
    "psnr": lambda x1, x2, max_val: 10 * np.log10(max_val**2 / np.mean((x1 - x2) ** 2)),
    "nansum": _reduction(np.nansum),
    "nanprod": _reduction(np.nanprod),
    "nanmean": _reduction(np.nanmean),
    "nanvar": _reduction(np.nanvar),
    "nanstd": _reduction(np.nanstd),
    "nanmax": _reduction(np.nanmax),
    "nanmin": _reduction(np.nanmin),
    "nanargmax": _position(np.nanargmax),
    "nanargmin": _position(np.nanargmin),
    "nancumsum": _running(np.nancumsum),
    "nancumprod": _running(np.nancumprod),
}

"""Reductions, running sums and normalisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special


def _extreme(reduce: Any, pick: Any) -> Callable[..., Any]:
    def reference(x: np.ndarray, axis: Any, keepdims: bool, initial: Any = None) -> Any:
        if initial is None:
            return reduce(x, axis=axis, keepdims=keepdims)
        if x.size == 0:
            return np.full(np.sum(x, axis=axis, keepdims=keepdims).shape, initial)
        return pick(reduce(x, axis=axis, keepdims=keepdims), initial)

    return reference


def _arg(find: Any) -> Callable[..., Any]:
    def reference(x: np.ndarray, axis: int | None, keepdims: bool) -> Any:
        return find(x, axis=axis, keepdims=keepdims)

    return reference


def _logsumexp(x: np.ndarray, axis: Any, keepdims: bool) -> Any:
    total = np.sum(x, axis=axis, keepdims=keepdims)
    if x.size == 0:
        return np.log(total)
    return np.reshape(special.logsumexp(x, axis=axis, keepdims=keepdims), total.shape)  # SciPy gives 0-d an axis


def _moments(x: np.ndarray, axes: Any, keepdims: bool, synchronized: bool) -> list[Any]:
    return [np.mean(x, axis=axes, keepdims=keepdims), np.var(x, axis=axes, keepdims=keepdims)]


def _cumulative(f: Any) -> Callable[..., Any]:
    def reference(x: np.ndarray, axis: int | None, dtype: str | None) -> Any:
        return f(x if dtype is None else x.astype(dtype), axis=axis)

    return reference


def _running(f: Any) -> Callable[..., Any]:
    return lambda x, axis: f(x, axis=axis)


def _batch_normalization(x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    shape = [1] * np.ndim(x)
    shape[axis] = -1
    y = (x - np.reshape(mean, shape)) / np.sqrt(np.reshape(variance, shape) + epsilon)
    if scale is not None:
        y = y * np.reshape(scale, shape)
    return y if offset is None else y + np.reshape(offset, shape)


ORACLES: dict[str, Callable[..., Any]] = {
    "sum": lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
    "product": lambda x, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
    "prod": lambda x, axis, keepdims, dtype: np.prod(x, axis=axis, keepdims=keepdims),
    "amax": _extreme(np.max, np.maximum),
    "amin": _extreme(np.min, np.minimum),
    "max": _extreme(np.max, np.maximum),
    "min": _extreme(np.min, np.minimum),
    "any": lambda x, axis, keepdims: np.any(x, axis=axis, keepdims=keepdims),
    "all": lambda x, axis, keepdims: np.all(x, axis=axis, keepdims=keepdims),
    "argmax": _arg(np.argmax),
    "argmin": _arg(np.argmin),
    "mean": lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    "var": lambda x, axis, keepdims: np.var(x, axis=axis, keepdims=keepdims),
    "std": lambda x, axis, keepdims: np.std(x, axis=axis, keepdims=keepdims),
    "logsumexp": _logsumexp,
    "moments": _moments,
    "cumulative_sum": _running(np.cumsum),
    "cumulative_prod": _running(np.cumprod),
    "cumsum": _cumulative(np.cumsum),
    "cumprod": _cumulative(np.cumprod),
    "count_nonzero": lambda x, axis: np.count_nonzero(x, axis=axis),
    "batch_normalization": _batch_normalization,
}

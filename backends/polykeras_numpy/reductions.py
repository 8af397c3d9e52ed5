"""Sums, extremes and order along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

# Annotated loosely: NumPy's stubs do not know that `keepdims` may be a variable.
_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce
_maximum: Any = np.maximum.reduce
_minimum: Any = np.minimum.reduce


def _axis(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def _sum(x: Any, axis: Any, keepdims: bool) -> Any:
    if x.dtype.kind in "fc" and x.dtype.itemsize >= 4:
        return _add(x, axis=_axis(axis), keepdims=keepdims)
    if x.dtype.kind in "iu":
        return _add(x, axis=_axis(axis), dtype=x.dtype, keepdims=keepdims)
    return _add(in_float32(x), axis=_axis(axis), keepdims=keepdims).astype(x.dtype)


def in_float32(x: Any) -> Any:
    """x, but half precision as float32, to accumulate in: its own sums stop growing at 2048 (bfloat16: 256)."""
    return x.astype(np.float32) if x.dtype.itemsize == 2 and x.dtype.kind not in "iu" else x


def _product(x: Any, axis: Any, keepdims: bool) -> Any:
    wide = in_float32(x)
    return _multiply(wide, axis=_axis(axis), dtype=wide.dtype, keepdims=keepdims).astype(x.dtype, copy=False)


def _max(x: Any, axis: Any, keepdims: bool) -> Any:
    return _maximum(x, axis=_axis(axis), keepdims=keepdims)


def _min(x: Any, axis: Any, keepdims: bool) -> Any:
    return _minimum(x, axis=_axis(axis), keepdims=keepdims)


def _argmax(x: Any, axis: Any, keepdims: bool) -> Any:
    return np.argmax(x, axis=axis, keepdims=keepdims).astype(np.int32)


def _argmin(x: Any, axis: Any, keepdims: bool) -> Any:
    return np.argmin(x, axis=axis, keepdims=keepdims).astype(np.int32)


def _cumulative(ufunc: Any) -> Any:
    def kernel(x: Any, axis: int) -> Any:
        wide = in_float32(x)
        return ufunc.accumulate(wide, axis=axis, dtype=wide.dtype).astype(x.dtype, copy=False)

    return kernel


def _argsort(x: Any, axis: int | None) -> Any:
    if x.ndim == 0 and axis is not None:
        raise ValueError("no axis to sort along")  # NumPy would return an index
    return np.argsort(in_float32(x), axis=axis, kind="stable").astype(np.int32)


KERNELS = {
    "sum": _sum,
    "product": _product,
    "amax": _max,
    "amin": _min,
    "any": lambda x, axis, keepdims: np.logical_or.reduce(x, axis=_axis(axis), keepdims=keepdims),
    "all": lambda x, axis, keepdims: np.logical_and.reduce(x, axis=_axis(axis), keepdims=keepdims),
    "argmax": _argmax,
    "argmin": _argmin,
    "cumulative_sum": _cumulative(np.add),
    "cumulative_prod": _cumulative(np.multiply),
    "argsort": _argsort,
}


def _mean(x: Any, axis: Any, keepdims: bool) -> Any:
    wide = in_float32(x)
    total = _sum(wide, axis, keepdims)
    count = x.size // total.size if total.size else 0
    mean = total / wide.dtype.type(count) if count else np.full_like(total, np.nan)
    return mean if wide is x else mean.astype(x.dtype)


def _sort(x: Any, axis: int) -> Any:
    return np.sort(in_float32(x), axis=axis, kind="stable").astype(x.dtype, copy=False)


OVERRIDES = {"mean": _mean, "sort": _sort}

"""Quantiles, percentiles and medians, with NaN or without.

All of them sort, and pick one or two neighbouring elements per quantile. Where the quantile q of n elements lies,
``q (n - 1)`` counted from the smallest, is computed by NumPy in float64, so that no backend's rounding decides which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.ops import rules, samples
from polykeras.ops.host_values import values_of
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite
from polykeras.typing import Axis, Tensor

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")

Levels = float | Sequence[float]


def _levels(q: Any, highest: float) -> Any:
    """The quantiles as float64 between 0 and 1, a number or a vector."""
    levels = np.asarray(values_of(q, "Where a quantile lies decides which elements are read"), "float64")
    if levels.ndim > 1:
        raise ArgumentError(f"q must be a number or a list of numbers, got shape {levels.shape}")
    if not ((levels >= 0) & (levels <= highest)).all():
        raise ArgumentError(f"q must lie between 0 and {highest:g}, got {levels.tolist()}")
    return levels / highest


def _places(levels: Any, counts: Any, method: str) -> tuple[Any, Any, Any]:
    """For each of `counts` of elements and each level: two indices, and the weight of the second element."""
    place = np.multiply.outer(np.maximum(counts - 1, 0), levels)
    low, high = np.floor(place).astype("int32"), np.ceil(place).astype("int32")
    if method == "linear":
        return low, high, place - low
    if method == "midpoint":
        return low, high, np.where(high > low, 0.5, 0.0)
    chosen = {"lower": low, "higher": high, "nearest": np.rint(place).astype("int32")}[method]
    return chosen, chosen, np.zeros(place.shape)


def _reduced_axes_last(x: Tensor, axis: Axis) -> Tensor:
    """The axes that are reduced as one, behind the others."""
    from polykeras.ops.movement import reshape, transpose

    shape = tuple(x.shape)
    axes = rules.axes_of(axis, len(shape))
    rest = tuple(a for a in range(len(shape)) if a not in axes)
    return reshape(transpose(x, rest + axes), (*(shape[a] for a in rest), rules.size_of([shape[a] for a in axes])))


def _quantiles(x: Tensor, q: Any, highest: float, axis: Axis, method: str, keepdims: bool, skip_nan: bool) -> Tensor:
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import isnan
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import full
    from polykeras.ops.indexing import gather, take_along_axis, where
    from polykeras.ops.logic import logical_not
    from polykeras.ops.movement import moveaxis, reshape
    from polykeras.ops.reductions import sum_
    from polykeras.ops.sorting import sort

    if method not in METHODS:
        raise ArgumentError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    levels, kind, shape = _levels(q, highest), dtype(x), rules.reduced(tuple(x.shape), axis, keepdims)
    shape = (*levels.shape, *shape)
    flat = _reduced_axes_last(x, axis)
    size = tuple(flat.shape)[-1]
    if size == 0:
        return full(shape, float("nan"), kind)
    ordered = sort(cast(flat, "float32") if kind in ("float16", "bfloat16") else flat, -1)  # NaN come last
    if skip_nan:
        counts = sum_(cast(logical_not(isnan(ordered)), "int32"), -1)
        # One row of the tables for each number of elements that are not NaN; of none, the first NaN is the answer.
        low, high, weight = _places(np.atleast_1d(levels), np.arange(size + 1), method)
        first, second = (take_along_axis(ordered, gather(table, counts, 0), -1) for table in (low, high))
        fraction = gather(weight.astype(dtype(ordered)), counts, 0)
    else:
        low, high, weight = _places(np.atleast_1d(levels), np.array(size), method)
        first, second = gather(ordered, low, -1), gather(ordered, high, -1)
        fraction = weight.astype(dtype(ordered))
    result = first if not weight.any() else _between(first, second, fraction)
    # Where the answer is NaN it is a constant, and elements get no gradient.
    result = where(isnan(ordered[..., :1] if skip_nan else ordered[..., -1:]), float("nan"), result)
    return reshape(cast(moveaxis(result, -1, 0), kind), shape)


def _between(first: Tensor, second: Tensor, fraction: Any) -> Tensor:
    from polykeras.ops.comparison import equal
    from polykeras.ops.elementwise import add, multiply, subtract
    from polykeras.ops.indexing import where

    # Not first + fraction * (second - first), which is NaN between infinities of one sign.
    mixed = add(multiply(first, subtract(1, fraction)), multiply(second, fraction))
    return where(equal(fraction, 0), first, mixed)


def _quantile_cases(s: Any) -> list[Any]:
    x = s.real(3, 4)
    return [
        s(x, 0.3),
        s(x, [0.0, 0.25, 1.0], axis=0),
        s(x, 0.4, axis=-1, method="nearest", keepdims=True),
        s(s.real(2, 3, 2), [0.2, 0.7], axis=(0, 2), method="midpoint", keepdims=True),
        s(x, 0.7, axis=1, method="lower"),
        s(x, 0.7, axis=1, method="higher"),
        s(s.real(0, 3), 0.5, axis=1),
    ]


def _percentile_cases(s: Any) -> list[Any]:
    return [s(s.real(3, 4), 30), s(s.real(2, 5), [10, 75], axis=1, method="midpoint")]


def _with_nan(s: Any) -> list[Any]:
    nan = float("nan")
    x = [[1.5, nan, -0.25, 3.25], [nan, nan, 0.75, 2.5], [nan] * 4]
    return [s(x, 0.3, axis=1, grad=False), s(x, [0.4, 0.5], axis=0, method="nearest", keepdims=True, grad=False)]


@composite(FLOAT, samples=_quantile_cases)
def quantile(x: Tensor, q: Levels, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """The values below which a fraction `q` of the elements lie.

    With n elements in ascending order, the quantile lies at place q (n - 1). Between the elements i and j beside it,
    `method` says ``"linear"`` (i + fraction (j - i)), ``"lower"`` (i), ``"higher"`` (j), ``"midpoint"`` or
    ``"nearest"`` (of two equally near ones, the one at the even place). NaN if there is one, and of no elements.
    The gradient goes to the elements that were read: of equal ones, to those that a stable sort puts there. Where the
    result is NaN there is none.

    Args:
        x: any real dtype; half precision is computed in float32, integers in the default float.
        q: a number from 0 to 1 or a list of such, which makes a leading axis of the result. A tensor is looked at,
            which a compiled step cannot do.
        axis: one axis, several, or None for all.
        method: see above.
        keepdims: whether reduced axes stay, with size 1.

    Raises:
        ArgumentError: `q` is outside [0, 1] or has several axes, or `method` or `axis` does not exist.
    """
    return _quantiles(x, q, 1.0, axis, method, keepdims, skip_nan=False)


@composite(FLOAT, samples=_percentile_cases)
def percentile(x: Tensor, q: Levels, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """`quantile`, with `q` from 0 to 100."""
    return _quantiles(x, q, 100.0, axis, method, keepdims, skip_nan=False)


@composite(FLOAT, samples=samples.reduction)
def median(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The middle element, or the mean of the middle two; NaN if there is one, and of no elements. See `quantile`."""
    return _quantiles(x, 0.5, 1.0, axis, "linear", keepdims, skip_nan=False)


@composite(FLOAT, samples=lambda s: [*_quantile_cases(s)[:2], *_with_nan(s)])
def nanquantile(x: Tensor, q: Levels, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """`quantile` of the elements that are not NaN; NaN where all are."""
    return _quantiles(x, q, 1.0, axis, method, keepdims, skip_nan=True)


@composite(FLOAT, samples=_percentile_cases)
def nanpercentile(x: Tensor, q: Levels, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """`nanquantile`, with `q` from 0 to 100."""
    return _quantiles(x, q, 100.0, axis, method, keepdims, skip_nan=True)


def _nanmedian_cases(s: Any) -> list[Any]:
    nan = float("nan")
    return [s(s.real(2, 3), axis=1), s([[1.5, nan, 0.25], [nan, nan, nan]], axis=1, keepdims=True, grad=False)]


@composite(FLOAT, samples=_nanmedian_cases)
def nanmedian(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`median` of the elements that are not NaN; NaN where all are."""
    return _quantiles(x, 0.5, 1.0, axis, "linear", keepdims, skip_nan=True)

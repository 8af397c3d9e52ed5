"""Reductions that pass over NaN. Of integers, which have none, they are the plain ones.

NaN get no gradient, and neither does anything where all elements are NaN.
"""

from __future__ import annotations

from typing import Any

from polykeras.ops import rules
from polykeras.ops.policies import ACCUMULATE, FLOAT, SAME
from polykeras.ops.registry import composite
from polykeras.typing import Axis, Tensor

NAN, INF = float("nan"), float("inf")


def _cases(s: Any) -> list[Any]:
    x = [[1.5, NAN, -0.25], [NAN, 2.5, 0.75]]
    return [
        s(s.real(2, 3)),
        s(s.real(2, 3, 2), axis=(0, -1), keepdims=True),
        s(x, axis=1, grad=False),
        s([[NAN, NAN], [1.5, NAN]], axis=1, keepdims=True, grad=False),
    ]


def _running_cases(s: Any) -> list[Any]:
    x = [[1.5, NAN, -0.25], [NAN, 2.5, 0.75]]
    return [s(s.real(2, 3), axis=1), s(x, axis=-1, grad=False), s(x, grad=False), s(s.ints(4), dtype="float32")]


def _arg_cases(s: Any) -> list[Any]:
    x = [[1.5, NAN, 2.5], [NAN, 2.25, 2.25]]
    return [s(s.real(2, 3)), s(x), s(x, axis=1), s(x, axis=-2, keepdims=True)]


def _can_be_nan(x: Tensor) -> bool:
    from polykeras.dtypes import is_floating
    from polykeras.ops.conversion import dtype

    return is_floating(dtype(x))


def _filled(x: Tensor, value: float) -> Tensor:
    """x with `value` in place of NaN."""
    from polykeras.ops.comparison import isnan
    from polykeras.ops.indexing import where

    return where(isnan(x), value, x) if _can_be_nan(x) else x


@composite(ACCUMULATE, samples=_cases)
def nansum(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum of the elements that are not NaN; 0 of none. Small integers are summed in 32 bits."""
    from polykeras.ops.reductions import sum_

    return sum_(_filled(x, 0), axis, keepdims)


@composite(ACCUMULATE, samples=_cases)
def nanprod(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The product of the elements that are not NaN; 1 of none. Small integers are multiplied in 32 bits."""
    from polykeras.ops.reductions import prod

    return prod(_filled(x, 1), axis, keepdims)


@composite(SAME, samples=_running_cases)
def nancumsum(x: Tensor, axis: int | None = None, dtype: str | None = None) -> Tensor:
    """`cumsum` that takes NaN for 0."""
    from polykeras.ops.reductions import cumsum

    return cumsum(_filled(x, 0), axis, dtype)


@composite(SAME, samples=_running_cases)
def nancumprod(x: Tensor, axis: int | None = None, dtype: str | None = None) -> Tensor:
    """`cumprod` that takes NaN for 1."""
    from polykeras.ops.reductions import cumprod

    return cumprod(_filled(x, 1), axis, dtype)


def _extreme(reduce: Any, farthest: float, x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    from polykeras.ops.comparison import isnan
    from polykeras.ops.indexing import where
    from polykeras.ops.reductions import all_

    if not _can_be_nan(x):
        return reduce(x, axis, keepdims)
    return where(all_(isnan(x), axis, keepdims), NAN, reduce(_filled(x, farthest), axis, keepdims))


@composite(SAME, samples=_cases)
def nanmax(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest element that is not NaN; NaN where all are. Ties share the gradient equally. No elements is an error."""
    from polykeras.ops.reductions import amax

    return _extreme(amax, -INF, x, axis, keepdims)


@composite(SAME, samples=_cases)
def nanmin(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest element that is not NaN; NaN where all are. Ties share the gradient equally. No elements is an error."""
    from polykeras.ops.reductions import amin

    return _extreme(amin, INF, x, axis, keepdims)


def _position(find: Any, farthest: float, x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    from polykeras.ops.comparison import isnan, not_equal
    from polykeras.ops.elementwise import add, multiply
    from polykeras.ops.indexing import where
    from polykeras.ops.logic import logical_not
    from polykeras.ops.reductions import all_, amax, amin, argmax

    if not _can_be_nan(x):
        return find(x, axis, keepdims)
    filled = _filled(x, farthest)
    numbers = logical_not(isnan(x))
    # Where nothing is beyond `farthest`, NaN filled with it must not win: the first number does.
    beyond = not_equal((amax if farthest < 0 else amin)(filled, axis, keepdims), farthest)
    found = where(beyond, find(filled, axis, keepdims), argmax(numbers, axis, keepdims))
    return where(all_(isnan(x), axis, keepdims), add(multiply(found, 0), -1), found)


@composite(SAME, samples=_arg_cases, differentiable=False, exact=True)
def nanargmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """int32 index of the largest element that is not NaN, the first of several; -1 where all are NaN."""
    from polykeras.ops.reductions import argmax

    return _position(argmax, -INF, x, axis, keepdims)


@composite(SAME, samples=_arg_cases, differentiable=False, exact=True)
def nanargmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """int32 index of the smallest element that is not NaN, the first of several; -1 where all are NaN."""
    from polykeras.ops.reductions import argmin

    return _position(argmin, INF, x, axis, keepdims)


def _mean_and_deviations(x: Tensor, axis: Axis) -> tuple[Tensor, Tensor, Tensor]:
    """Of the elements that are not NaN, axes kept: their mean, their number, and each one's distance, 0 at NaN."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import isnan
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import divide, subtract
    from polykeras.ops.indexing import where
    from polykeras.ops.logic import logical_not
    from polykeras.ops.reductions import sum_

    missing = isnan(x)
    filled = _filled(x, 0)
    count = sum_(cast(logical_not(missing), dtype(x)), axis, True)
    mean = divide(sum_(filled, axis, True), count)
    return mean, count, where(missing, 0, subtract(filled, mean))


def _finished(result: Tensor, x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """A reduction that has its axes kept, in the dtype of x and the shape that was asked for."""
    from polykeras.ops.movement import reshape
    from polykeras.ops.reductions import returned

    return reshape(returned(result, x), rules.reduced(tuple(x.shape), axis, keepdims))


@composite(FLOAT, samples=_cases)
def nanmean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean of the elements that are not NaN; NaN of none."""
    from polykeras.ops.reductions import in_float32

    mean, _, _ = _mean_and_deviations(in_float32(x), axis)
    return _finished(mean, x, axis, keepdims)


def _variance(x: Tensor, axis: Axis) -> Tensor:
    from polykeras.ops.elementwise import divide, square
    from polykeras.ops.reductions import in_float32, sum_

    _, count, deviations = _mean_and_deviations(in_float32(x), axis)
    return divide(sum_(square(deviations), axis, True), count)


@composite(FLOAT, samples=_cases)
def nanvar(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The variance (no Bessel correction) of the elements that are not NaN; NaN of none."""
    return _finished(_variance(x, axis), x, axis, keepdims)


@composite(FLOAT, samples=_cases)
def nanstd(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The square root of `nanvar`. Where it is 0 its gradient is 0."""
    from polykeras.ops.reductions import flat_sqrt

    return _finished(flat_sqrt(_variance(x, axis)), x, axis, keepdims)

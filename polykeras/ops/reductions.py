"""From many elements to one, along axes. ``axis=None`` means all of them; a tuple means several."""

from __future__ import annotations

from typing import Any

from polykeras.ops import rules, samples
from polykeras.ops.policies import ACCUMULATE_OR_COMPLEX, BOOL, FLOAT, FLOAT_OR_COMPLEX, SAME, SAME_OR_COMPLEX
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Axis, Tensor


@primitive(ACCUMULATE_OR_COMPLEX, shape=rules.reduction, samples=samples.reduction)
def sum_(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum; 0 of no elements. Small integers are summed in 32 bits."""


@primitive(ACCUMULATE_OR_COMPLEX, shape=rules.reduction, samples=samples.reduction)
def product(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The product; 1 of no elements. Small integers are multiplied in 32 bits, half precision in float32."""


@composite(ACCUMULATE_OR_COMPLEX, samples=lambda s: [*samples.reduction(s)[1:3], s(s.ints(2, 3), dtype="float32")])
def prod(x: Tensor, axis: Axis = None, keepdims: bool = False, dtype: str | None = None) -> Tensor:
    """The product, computed in `dtype` if one is given; 1 of no elements. Small integers are multiplied in 32 bits."""
    from polykeras.ops.casting import cast

    return product(x, axis, keepdims) if dtype is None else cast(product(cast(x, dtype), axis, keepdims), dtype)


@primitive(SAME, shape=rules.order_reduction, samples=samples.reduction)
def amax(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest element; NaN if there is one. Ties share the gradient equally. No elements is an error."""


@primitive(SAME, shape=rules.order_reduction, samples=samples.reduction)
def amin(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest element; NaN if there is one. Ties share the gradient equally. No elements is an error."""


def _with_initial(s: Any) -> list[Any]:
    return [*samples.reduction(s), s(s.real(2, 3), axis=1, initial=0.5), s(s.real(0, 3), axis=0, initial=0.0)]


def _ordered(x: Tensor, axis: Axis, keepdims: bool, initial: Any, reduce: Any, pick: Any) -> Tensor:
    if initial is None:
        return reduce(x, axis, keepdims)
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import full_like
    from polykeras.ops.joining import concatenate

    if rules.size_of(x.shape) == 0:  # put one slice of `initial` where there is nothing
        axes = rules.axes_of(axis, len(x.shape))
        for a in axes:
            shape = list(x.shape)
            shape[a] = 1
            from polykeras.ops.creation import full

            x = concatenate([x, cast(full(shape, initial, dtype(x)), dtype(x))], axis=a)
        return reduce(x, axis, keepdims)
    reduced = reduce(x, axis, keepdims)
    return pick(reduced, full_like(reduced, initial))


@composite(SAME, samples=_with_initial)
def max_(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """The largest element, or `initial` if that is larger; NaN if there is one."""
    from polykeras.ops.elementwise import maximum

    return _ordered(x, axis, keepdims, initial, amax, maximum)


@composite(SAME, samples=_with_initial)
def min_(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """The smallest element, or `initial` if that is smaller; NaN if there is one."""
    from polykeras.ops.elementwise import minimum

    return _ordered(x, axis, keepdims, initial, amin, minimum)


@primitive(BOOL, shape=rules.bool_reduction, samples=samples.bool_reduction, differentiable=False, exact=True)
def any_(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether one element is true; False of no elements."""


@primitive(BOOL, shape=rules.bool_reduction, samples=samples.bool_reduction, differentiable=False, exact=True)
def all_(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether every element is true; True of no elements."""


def _arg_rule(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    rules.order_reduction(x, axis)
    return rules.tensor(rules.reduced(x.shape, axis, keepdims), "int32")


def _arg_cases(s: Any) -> list[Any]:
    x = s.real(2, 3, 4)
    return [s(x), s(x, axis=1), s(x, axis=-1, keepdims=True), s([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]], axis=1)]


@primitive(SAME, shape=_arg_rule, samples=_arg_cases, differentiable=False, exact=True)
def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """int32 index of the largest element, the first of several; the first NaN if there is one."""


@primitive(SAME, shape=_arg_rule, samples=_arg_cases, differentiable=False, exact=True)
def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """int32 index of the smallest element, the first of several; the first NaN if there is one."""


@composite(FLOAT_OR_COMPLEX, samples=samples.reduction)
def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The arithmetic mean, of half precision computed in float32; NaN of no elements."""
    from polykeras.ops.elementwise import divide

    shape = tuple(x.shape)
    count = rules.size_of([shape[a] for a in rules.axes_of(axis, len(shape))])
    return returned(divide(sum_(in_float32(x), axis, keepdims), float(count) if count else float("nan")), x)


def in_float32(x: Tensor) -> Tensor:
    """x, or if it is in half precision, the same in float32: to compute in."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype

    return cast(x, "float32") if dtype(x) in ("float16", "bfloat16") else x


def returned(result: Tensor, x: Tensor) -> Tensor:
    """What was computed of ``in_float32(x)`` in the dtype of x."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype

    return cast(result, dtype(x))


def _variance(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    from polykeras.ops.elementwise import square, subtract

    return mean(square(subtract(x, mean(x, axis, True))), axis, keepdims)


@composite(FLOAT, samples=samples.reduction)
def var(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean squared distance from the mean (no Bessel correction), of half precision computed in float32."""
    return returned(_variance(in_float32(x), axis, keepdims), x)


@composite(FLOAT, samples=lambda s: [s(s.real(2, 3)), s(s.real(2, 3, 4), axis=(0, 2)), s(s.real(2, 3), axis=1)])
def std(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The square root of `var`. Where all elements are equal its gradient is 0."""
    return returned(flat_sqrt(_variance(in_float32(x), axis, keepdims)), x)


def flat_sqrt(x: Tensor) -> Tensor:
    """The square root, with the gradient 0 at 0: that of a length or a deviation that cannot get smaller."""
    from polykeras.ops.comparison import greater
    from polykeras.ops.elementwise import multiply, sqrt
    from polykeras.ops.indexing import where

    positive = greater(x, 0)
    return where(positive, sqrt(where(positive, x, 1)), multiply(x, 0))


@composite(FLOAT, samples=samples.reduction)
def logsumexp(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """``log(sum(exp(x)))`` without overflow, of half precision computed in float32; -infinity of no elements."""
    from polykeras.ops.casting import stop_gradient
    from polykeras.ops.comparison import isfinite
    from polykeras.ops.creation import zeros_like
    from polykeras.ops.elementwise import add, exp, log, subtract
    from polykeras.ops.indexing import where
    from polykeras.ops.movement import reshape

    shape = tuple(x.shape)
    wide = in_float32(x)
    if 0 in [shape[a] for a in rules.axes_of(axis, len(shape))]:
        return returned(log(sum_(wide, axis, keepdims)), x)
    largest = stop_gradient(amax(wide, axis, True))
    largest = where(isfinite(largest), largest, zeros_like(largest))
    result = add(log(sum_(exp(subtract(wide, largest)), axis, True)), largest)
    return returned(result if keepdims else reshape(result, rules.reduced(shape, axis, False)), x)


def _moments_rule_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3, 4), axes=(0, 2)), s(s.real(3, 4), axes=0, keepdims=True)]


@composite(FLOAT, samples=_moments_rule_cases)
def moments(x: Tensor, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> tuple[Tensor, Tensor]:
    """``mean, variance`` over `axes`, of half precision computed in float32."""
    from polykeras.ops.elementwise import square, subtract
    from polykeras.ops.movement import reshape

    wide = in_float32(x)
    center = mean(wide, axes, True)
    variance = mean(square(subtract(wide, center)), axes, keepdims)
    return returned(reshape(center, tuple(variance.shape)), x), returned(variance, x)


def _scan_rule(x: Any, axis: int) -> Any:
    rules.axis_of(axis, len(x.shape))
    return rules.tensor(x.shape, x.dtype)


def _along(s: Any) -> list[Any]:
    return [s(s.real(2, 3), 1), s(s.real(3, 2, 2), 0), s(s.ints(4), -1), s(s.real(0, 2), 0)]


@primitive(ACCUMULATE_OR_COMPLEX, shape=_scan_rule, samples=_along)
def cumulative_sum(x: Tensor, axis: int) -> Tensor:
    """Sums of the elements up to and including each one, along one axis; half precision is added in float32."""


@primitive(ACCUMULATE_OR_COMPLEX, shape=_scan_rule, samples=_along)
def cumulative_prod(x: Tensor, axis: int) -> Tensor:
    """Products of the elements up to and including each one, along one axis; half precision is multiplied in float32."""


def _cumulative(reduce: Any, x: Tensor, axis: int | None, dtype: Any) -> Tensor:
    from polykeras.ops.casting import cast
    from polykeras.ops.movement import ravel

    if dtype is not None:
        x = cast(x, dtype)
    result = reduce(ravel(x), 0) if axis is None else reduce(x, axis)
    return result if dtype is None else cast(result, dtype)


def _cumulative_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3)), s(s.real(2, 3), axis=1), s(s.ints(2, 3), axis=0, dtype="float32")]


@composite(ACCUMULATE_OR_COMPLEX, samples=_cumulative_cases)
def cumsum(x: Tensor, axis: int | None = None, dtype: str | None = None) -> Tensor:
    """Running sum along `axis`, or of the flattened tensor."""
    return _cumulative(cumulative_sum, x, axis, dtype)


@composite(ACCUMULATE_OR_COMPLEX, samples=_cumulative_cases)
def cumprod(x: Tensor, axis: int | None = None, dtype: str | None = None) -> Tensor:
    """Running product along `axis`, or of the flattened tensor."""
    return _cumulative(cumulative_prod, x, axis, dtype)


@composite(
    SAME_OR_COMPLEX, samples=lambda s: [s(s.bools(2, 3)), s(s.ints(2, 3), axis=1)], differentiable=False, exact=True
)
def count_nonzero(x: Tensor, axis: Axis = None) -> Tensor:
    """int32 number of elements that are not zero."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import not_equal

    return sum_(cast(x if _is_bool(x) else not_equal(x, 0), "int32"), axis)


def _is_bool(x: Tensor) -> bool:
    from polykeras.ops.conversion import dtype

    return dtype(x) == "bool"

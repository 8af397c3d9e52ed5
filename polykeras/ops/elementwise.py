"""Arithmetic and functions of one real variable, elementwise, with broadcasting."""

from __future__ import annotations

import math

from polykeras import dtypes
from polykeras.ops import rules, samples
from polykeras.ops.policies import FLOAT, FLOAT_OR_COMPLEX, NUMBER, NUMBER_OR_COMPLEX, SAME, SAME_OR_COMPLEX
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor

# ---- arithmetic ------------------------------------------------------------------------------------------------------


@primitive(SAME_OR_COMPLEX, shape=rules.elementwise, samples=samples.binary, scalars=True)
def add(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 + x2``. Of bools, their logical or."""


@primitive(NUMBER_OR_COMPLEX, shape=rules.elementwise, samples=samples.binary, scalars=True)
def subtract(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 - x2``. Refuses bools."""


@primitive(SAME_OR_COMPLEX, shape=rules.elementwise, samples=samples.binary, scalars=True)
def multiply(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 * x2``. Of bools, their logical and."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.binary, scalars=True)
def divide(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 / x2`` in floating point: integers are cast to the default float first."""


@composite(FLOAT_OR_COMPLEX, samples=samples.binary)
def true_divide(x1: Tensor, x2: Tensor) -> Tensor:
    """`divide` by its other name."""
    return divide(x1, x2)


@primitive(NUMBER, shape=rules.elementwise, samples=samples.binary_on(0.5, 3), scalars=True, differentiable=False)
def floor_divide(x1: Tensor, x2: Tensor) -> Tensor:
    """The largest integer not above ``x1 / x2``. An integer divided by zero is 0."""


def _mod_cases(s: object) -> list[object]:
    def real(*shape: int) -> object:
        return s.real(*shape, low=0.5, high=3)  # type: ignore

    return [
        # The derivative jumps where x1 is a multiple of x2: these are not, random numbers might be.
        s([[5.3], [-4.1]], [2.0, 3.0, -2.5]),  # type: ignore
        s(real(2, 3), real(2, 3), grad=False),  # type: ignore
        s(real(2, 1, 3), real(4, 1), grad=False),  # type: ignore
        s(real(3), 0.7, grad=False),  # type: ignore
        s(real(), real(2), grad=False),  # type: ignore
    ]


@primitive(NUMBER, shape=rules.elementwise, samples=_mod_cases, scalars=True)
def mod(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 - floor(x1 / x2) * x2``: the remainder with the divisor's sign. An integer modulo zero is 0."""


@primitive(NUMBER_OR_COMPLEX, shape=rules.elementwise, samples=samples.binary_on(0.5, 3), scalars=True)
def power(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 ** x2``. Integers stay integers."""


@primitive(SAME, shape=rules.elementwise, samples=samples.binary, scalars=True)
def maximum(x1: Tensor, x2: Tensor) -> Tensor:
    """The larger element; NaN if either is. At a tie each argument gets half of the gradient."""


@primitive(SAME, shape=rules.elementwise, samples=samples.binary, scalars=True)
def minimum(x1: Tensor, x2: Tensor) -> Tensor:
    """The smaller element; NaN if either is. At a tie each argument gets half of the gradient."""


@primitive(FLOAT, shape=rules.elementwise, samples=samples.binary, scalars=True)
def arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    """The angle of the point (x2, x1), in radians in [-π, π]."""


@primitive(NUMBER_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def negative(x: Tensor) -> Tensor:
    """``-x``. Refuses bools."""


@primitive(SAME_OR_COMPLEX, shape=lambda x: rules.tensor(x.shape, dtypes.real_of(x.dtype)), samples=samples.unary)
def abs_(x: Tensor) -> Tensor:
    """``|x|``, which is real. The derivative at 0 is 0."""


@composite(SAME_OR_COMPLEX, samples=samples.unary)
def absolute(x: Tensor) -> Tensor:
    """`abs` by its other name."""
    return abs_(x)


@primitive(NUMBER, shape=rules.elementwise, samples=samples.unary, differentiable=False)
def sign(x: Tensor) -> Tensor:
    """-1, 0 or 1; NaN of NaN. Refuses bools."""


@composite(NUMBER_OR_COMPLEX, samples=samples.unary)
def square(x: Tensor) -> Tensor:
    """``x * x``."""
    return multiply(x, x)


@composite(FLOAT_OR_COMPLEX, samples=samples.unary_on(0.5, 3))
def reciprocal(x: Tensor) -> Tensor:
    """``1 / x``."""
    return divide(1.0, x)


# ---- exponentials and roots ------------------------------------------------------------------------------------------


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def exp(x: Tensor) -> Tensor:
    """e to the power x."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def expm1(x: Tensor) -> Tensor:
    """``exp(x) - 1``, accurate near 0."""


@composite(FLOAT_OR_COMPLEX, samples=samples.unary)
def exp2(x: Tensor) -> Tensor:
    """2 to the power x."""
    return exp(multiply(x, math.log(2.0)))


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(0.1, 3))
def log(x: Tensor) -> Tensor:
    """Natural logarithm; -inf of 0, NaN of negative numbers."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(-0.9, 3))
def log1p(x: Tensor) -> Tensor:
    """``log(1 + x)``, accurate near 0."""


@composite(FLOAT_OR_COMPLEX, samples=samples.unary_on(0.1, 3))
def log2(x: Tensor) -> Tensor:
    """Logarithm to base 2."""
    return multiply(log(x), 1.0 / math.log(2.0))


@composite(FLOAT_OR_COMPLEX, samples=samples.unary_on(0.1, 3))
def log10(x: Tensor) -> Tensor:
    """Logarithm to base 10."""
    return multiply(log(x), 1.0 / math.log(10.0))


@composite(FLOAT, samples=samples.binary)
def logaddexp(x1: Tensor, x2: Tensor) -> Tensor:
    """``log(exp(x1) + exp(x2))`` without overflow."""
    from polykeras.ops.comparison import equal
    from polykeras.ops.indexing import where

    distance = where(equal(x1, x2), 0, subtract(x1, x2))  # of two equal infinities too
    return add(maximum(x1, x2), log1p(exp(negative(abs_(distance)))))


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(0.1, 3))
def sqrt(x: Tensor) -> Tensor:
    """Square root; NaN of negative numbers."""


@composite(FLOAT_OR_COMPLEX, samples=samples.unary_on(0.1, 3))
def rsqrt(x: Tensor) -> Tensor:
    """``1 / sqrt(x)``."""
    return divide(1.0, sqrt(x))


@composite(FLOAT, samples=samples.binary)
def hypot(x1: Tensor, x2: Tensor) -> Tensor:
    """``sqrt(x1² + x2²)`` without overflow; infinite if one of them is, whatever the other."""
    from polykeras.ops.comparison import equal
    from polykeras.ops.indexing import where
    from polykeras.ops.logic import logical_or

    x1, x2 = abs_(x1), abs_(x2)
    infinite = logical_or(equal(x1, math.inf), equal(x2, math.inf))
    x1, x2 = where(infinite, 1, x1), where(infinite, 1, x2)
    large, small = maximum(x1, x2), minimum(x1, x2)
    ratio = divide(small, where(equal(large, 0), 1, large))
    return where(infinite, math.inf, multiply(large, sqrt(add(1, multiply(ratio, ratio)))))


# ---- trigonometry ----------------------------------------------------------------------------------------------------


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def sin(x: Tensor) -> Tensor:
    """Sine of x radians."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def cos(x: Tensor) -> Tensor:
    """Cosine of x radians."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(-1.2, 1.2))
def tan(x: Tensor) -> Tensor:
    """Tangent of x radians."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(-0.9, 0.9))
def arcsin(x: Tensor) -> Tensor:
    """Inverse sine, in radians; NaN outside [-1, 1]."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(-0.9, 0.9))
def arccos(x: Tensor) -> Tensor:
    """Inverse cosine, in radians; NaN outside [-1, 1]."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def arctan(x: Tensor) -> Tensor:
    """Inverse tangent, in radians."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(-2, 2))
def sinh(x: Tensor) -> Tensor:
    """Hyperbolic sine."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(-2, 2))
def cosh(x: Tensor) -> Tensor:
    """Hyperbolic cosine."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def tanh(x: Tensor) -> Tensor:
    """Hyperbolic tangent."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary)
def arcsinh(x: Tensor) -> Tensor:
    """Inverse hyperbolic sine."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(1.1, 3))
def arccosh(x: Tensor) -> Tensor:
    """Inverse hyperbolic cosine; NaN below 1."""


@primitive(FLOAT_OR_COMPLEX, shape=rules.elementwise, samples=samples.unary_on(-0.9, 0.9))
def arctanh(x: Tensor) -> Tensor:
    """Inverse hyperbolic tangent; NaN outside [-1, 1]."""


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary)
def erf(x: Tensor) -> Tensor:
    """The error function, ``2/√π ∫₀ˣ exp(-t²) dt``."""


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary_on(-0.9, 0.9))
def erfinv(x: Tensor) -> Tensor:
    """Inverse of `erf`; infinite at ±1, NaN outside."""


# ---- rounding --------------------------------------------------------------------------------------------------------


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary, differentiable=False)
def floor(x: Tensor) -> Tensor:
    """The largest integer not above x, as a float."""


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary, differentiable=False)
def ceil(x: Tensor) -> Tensor:
    """The smallest integer not below x, as a float."""


@primitive(SAME, shape=rules.elementwise, samples=samples.unary, differentiable=False)
def trunc(x: Tensor) -> Tensor:
    """x without its fraction; integers stay as they are."""


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary, differentiable=False)
def rint(x: Tensor) -> Tensor:
    """The nearest integer as a float, halves to the even one."""


def _round_cases(s: object) -> list[object]:
    return [*samples.unary(s), s(s.real(2, 3), decimals=1, grad=False), s(s.ints(3, high=99), decimals=-1)]  # type: ignore


@composite(SAME, samples=_round_cases, differentiable=False)
def round_(x: Tensor, decimals: int = 0) -> Tensor:
    """x to so many decimals, or for negative `decimals` to so many zeros; halves to even.

    Integers stay integers and are rounded exactly; to more digits than the dtype has, they are 0. Half precision is
    rounded in float32.
    """
    from polykeras.ops.conversion import dtype
    from polykeras.ops.rounding import round_floats, round_integers

    kind = dtype(x)
    if kind in dtypes.FLOATING:
        return rint(x) if decimals == 0 else round_floats(x, decimals)
    return trunc(x) if decimals >= 0 else round_integers(x, -decimals)


def _clip_cases(s: object) -> list[object]:
    return [s(s.real(2, 3), -1.0, 0.7), s(s.real(2, 3), s.real(3, low=-2, high=-1), 1.5), s(s.ints(4), 0, 2)]  # type: ignore


@composite(SAME, samples=_clip_cases, scalars=True)
def clip(x: Tensor, x_min: Tensor, x_max: Tensor) -> Tensor:
    """x moved to the nearer bound where it lies outside; where the bounds cross, x_max wins.

    NaN stays NaN, and a bound that is NaN makes the result NaN.

    The derivative by x is 1 inside and at the bounds, and 0 outside.
    """
    from polykeras.ops.comparison import greater, less
    from polykeras.ops.indexing import where

    raised = where(_or_nan(less(x, x_min), x_min), x_min, x)
    return where(_or_nan(greater(raised, x_max), x_max), x_max, raised)


def _or_nan(outside: Tensor, bound: Tensor) -> Tensor:
    """`outside`, or where the bound is NaN."""
    if type(bound) in (int, float) and bound == bound:
        return outside
    from polykeras.ops.comparison import not_equal
    from polykeras.ops.logic import logical_or

    return logical_or(outside, not_equal(bound, bound))

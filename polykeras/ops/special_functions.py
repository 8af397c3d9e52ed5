"""Functions of the real line beyond the elementary ones."""

from __future__ import annotations

import math
from typing import Any

from polykeras.ops import rules, samples
from polykeras.ops.comparison import equal, less
from polykeras.ops.elementwise import (
    abs_,
    add,
    divide,
    log1p,
    maximum,
    multiply,
    negative,
    power,
    rint,
    sin,
    square,
    subtract,
)
from polykeras.ops.indexing import where
from polykeras.ops.logic import logical_or
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


@primitive(FLOAT, shape=rules.elementwise, samples=samples.unary)
def erfc(x: Tensor) -> Tensor:
    """``1 - erf(x)``, accurate also where that is tiny."""


@composite(FLOAT, samples=samples.unary)
def cbrt(x: Tensor) -> Tensor:
    """The real cube root, of negative numbers too; the derivative at 0 is infinite."""
    size = where(less(x, 0), negative(x), x)  # not abs, whose derivative at 0 is 0
    root = power(size, 1 / 3)
    # The exponent is rounded: one step of Newton's method repairs it, where there is something to repair.
    special = logical_or(equal(size, 0), equal(size, math.inf))
    y, a = where(special, 1, root), where(special, 1, size)
    root = where(special, root, subtract(y, divide(subtract(y, divide(a, multiply(y, y))), 3)))
    return where(less(x, 0), negative(root), root)


_SINC_SERIES = tuple((-1) ** n / math.factorial(2 * n + 1) for n in range(8))


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s([0.01, -0.1, 0.15, 0.17])])
def sinc(x: Tensor) -> Tensor:
    """``sin(πx) / (πx)``; 1 at 0."""
    t = multiply(x, math.pi)
    phase = multiply(subtract(x, multiply(rint(multiply(x, 0.5)), 2)), math.pi)  # t within one period, exact before π
    # Derivatives of the quotient lose their digits near 0; the series, to 1e-16 where |t| < 1/2, keeps them.
    near = less(abs_(t), 0.5)
    away, square_ = where(near, 1, t), square(where(near, t, 0))
    series: Any = _SINC_SERIES[-1]
    for coefficient in _SINC_SERIES[-2::-1]:
        series = add(multiply(square_, series), coefficient)
    return where(near, series, divide(sin(where(near, 1, phase)), away))


def _steps(s: Any) -> list[Any]:
    return [s([[-1.5, 0.0, 2.5], [0.0, -0.3, 0.0]], s.real(2, 3), grad=False), *samples.binary(s)]


@composite(FLOAT, samples=_steps)
def heaviside(x1: Tensor, x2: Tensor) -> Tensor:
    """0 where x1 is negative, x2 where it is 0, 1 where it is positive; NaN of NaN. Constant as a function of x1."""
    from polykeras.ops.casting import stop_gradient

    x1 = stop_gradient(x1)
    return where(equal(x1, 0), x2, where(less(x1, 0), 0, where(equal(x1, x1), 1, x1)))


@composite(FLOAT, samples=samples.binary)
def logaddexp2(x1: Tensor, x2: Tensor) -> Tensor:
    """``log2(2 ** x1 + 2 ** x2)`` without overflow."""
    from polykeras.ops.elementwise import exp2

    distance = where(equal(x1, x2), 0, subtract(x1, x2))  # of two equal infinities too
    rest = log1p(exp2(negative(abs_(distance))))
    return add(maximum(x1, x2), multiply(rest, 1 / math.log(2.0)))

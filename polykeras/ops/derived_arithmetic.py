"""Arithmetic spelled with the elementary operations: other remainders, safe division, units of angles."""

from __future__ import annotations

import math
from typing import Any

from polykeras import dtypes
from polykeras.ops import samples
from polykeras.ops.comparison import equal, less, not_equal
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import abs_, divide, mod, multiply, negative, subtract
from polykeras.ops.indexing import where
from polykeras.ops.logic import logical_and
from polykeras.ops.policies import FLOAT, NUMBER
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


@composite(FLOAT, samples=samples.unary)
def fabs(x: Tensor) -> Tensor:
    """``|x|`` as a float. The derivative at 0 is 0."""
    return abs_(x)


def _remainders(s: Any) -> list[Any]:
    return [
        # The derivative jumps where x1 is a multiple of x2.
        s([[5.3], [-4.1]], [2.0, 3.0, -2.5]),
        s(s.real(3, low=1, high=9), 0.75, grad=False),
        s(7.5, s.real(2, 2), grad=False),
        s(s.ints(3, low=-9, high=9), [2, 3, -4]),
        s(s.real(0, 2), s.real(2)),
    ]


@composite(NUMBER, samples=_remainders)
def fmod(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 - trunc(x1 / x2) * x2``: the remainder with the dividend's sign. An integer modulo zero is 0."""
    kind = dtype(x1)
    if kind in dtypes.UNSIGNED:
        return mod(x1, x2)
    below = less(x1, 0)
    if kind in dtypes.SIGNED:
        rest = mod(x1, x2)  # with the divisor's sign
        return where(logical_and(not_equal(rest, 0), not_equal(below, less(rest, 0))), subtract(rest, x2), rest)
    # Not abs, whose derivative at 0 is 0.
    rest = mod(where(below, negative(x1), x1), where(less(x2, 0), negative(x2), x2))
    return where(below, negative(rest), rest)


def _divisors(s: Any) -> list[Any]:
    return [*samples.binary(s), s(s.real(3), [0.0, 2.0, -0.0], grad=False)]


@composite(FLOAT, samples=_divisors)
def divide_no_nan(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 / x2``; 0, and constant, where x2 is 0."""
    zero = equal(x2, 0)
    return where(zero, 0, divide(x1, where(zero, 1, x2)))


@composite(FLOAT, samples=samples.unary)
def deg2rad(x: Tensor) -> Tensor:
    """Radians of x degrees."""
    return multiply(x, math.pi / 180)


@composite(FLOAT, samples=samples.unary)
def rad2deg(x: Tensor) -> Tensor:
    """Degrees of x radians."""
    return multiply(x, 180 / math.pi)

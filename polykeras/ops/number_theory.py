"""Divisors and multiples of integers."""

from __future__ import annotations

from typing import Any

from polykeras.ops import rules
from polykeras.ops.elementwise import abs_, floor_divide, multiply
from polykeras.ops.policies import WHOLE
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _cases(s: Any) -> list[Any]:
    return [
        s([[12, -18, 0], [35, 100, 0]], [[8, 27, -7], [64, 75, 0]]),
        s(s.ints(2, 1, low=-9, high=9), s.ints(3, low=1, high=9)),
        s(s.ints(3), 6),
        s(s.ints(0, 2), s.ints(2)),
    ]


@primitive(WHOLE, shape=rules.elementwise, samples=_cases, differentiable=False, exact=True)
def gcd(x1: Tensor, x2: Tensor) -> Tensor:
    """The greatest common divisor, not negative; ``gcd(x, 0) = |x|``. The lowest number has no absolute value and wraps."""


@composite(WHOLE, samples=_cases, differentiable=False, exact=True)
def lcm(x1: Tensor, x2: Tensor) -> Tensor:
    """The least common multiple, not negative; 0 if one of them is 0. Wraps where the dtype cannot hold it."""
    return abs_(multiply(floor_divide(x1, gcd(x1, x2)), x2))  # zero by zero is zero

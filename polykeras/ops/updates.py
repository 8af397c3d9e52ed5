"""Sums with a factor, which updates of weights are made of: frameworks have them as one pass over memory each.

A factor is a Python number, or a tensor without axes of the dtype of the others; gradients do not pass it.
"""

from __future__ import annotations

from typing import Any

from polykeras.ops.elementwise import add, divide, multiply, subtract
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _cases(count: int) -> Any:
    def cases(s: Any) -> list[Any]:
        return [s(*(s.real(2, 3, low=0.5, high=2) for _ in range(count)), factor) for factor in (0.25, -2.0)]

    return cases


@composite(FLOAT, samples=_cases(2))
def add_scaled(x: Tensor, y: Tensor, factor: Any) -> Tensor:
    """``x + factor * y``."""
    return add(x, multiply(y, factor))


@composite(FLOAT, samples=_cases(3))
def add_product(x: Tensor, a: Tensor, b: Tensor, factor: Any) -> Tensor:
    """``x + factor * a * b``."""
    return add(x, multiply(multiply(a, b), factor))


@composite(FLOAT, samples=_cases(3))
def add_quotient(x: Tensor, a: Tensor, b: Tensor, factor: Any) -> Tensor:
    """``x + factor * a / b``."""
    return add(x, divide(multiply(a, factor), b))


@composite(FLOAT, samples=_cases(2))
def interpolate(start: Tensor, end: Tensor, factor: Any) -> Tensor:
    """``start + factor * (end - start)``: a moving average's next value."""
    return add(start, multiply(subtract(end, start), factor))

"""Normalisation by mean and variance."""

from __future__ import annotations

from typing import Any

from polykeras.ops import rules
from polykeras.ops.elementwise import add, multiply, rsqrt, subtract
from polykeras.ops.movement import reshape
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _cases(s: Any) -> list[Any]:
    def variance() -> Any:
        return s.real(3, low=0.5, high=2)

    return [
        s(s.real(2, 3), s.real(3), variance(), -1),
        s(s.real(2, 3, 2), s.real(3), variance(), 1, s.real(3), s.real(3)),
        s(s.real(4, 3), s.real(3), variance(), -1, scale=s.real(3), epsilon=0.1),
    ]


@composite(FLOAT, samples=_cases)
def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None = None,
    scale: Tensor | None = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """``(x - mean) / sqrt(variance + epsilon) * scale + offset``; the vectors run along `axis` of x."""
    rank = len(x.shape)
    axis = rules.axis_of(axis, rank)
    shape = tuple(d if i == axis else 1 for i, d in enumerate(tuple(x.shape)))
    inverse = rsqrt(add(variance, epsilon))
    if scale is not None:
        inverse = multiply(inverse, scale)
    shift = multiply(mean, inverse)
    shift = subtract(offset, shift) if offset is not None else multiply(shift, -1)
    return add(multiply(x, reshape(inverse, shape)), reshape(shift, shape))

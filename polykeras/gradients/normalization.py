"""The rule of batch normalisation, for backends that fuse it."""

from __future__ import annotations

from typing import Any

from polykeras.gradients.table import rule
from polykeras.ops.elementwise import add, multiply, rsqrt, subtract
from polykeras.ops.movement import reshape
from polykeras.ops.reductions import sum_


def _along(v: Any, x: Any, axis: int) -> Any:
    """A vector along `axis` of x."""
    rank = len(x.shape)
    return reshape(v, tuple(d if i == axis % rank else 1 for i, d in enumerate(tuple(x.shape))))


def _over_rest(g: Any, axis: int) -> Any:
    rank = len(g.shape)
    return sum_(g, tuple(i for i in range(rank) if i != axis % rank))


def _slope(variance: Any, scale: Any, epsilon: float) -> Any:
    inverse = rsqrt(add(variance, epsilon))
    return inverse if scale is None else multiply(inverse, scale)


def _x(out: Any, x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    return lambda g: multiply(g, _along(_slope(variance, scale, epsilon), g, axis))


def _mean(out: Any, x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    return lambda g: multiply(_over_rest(g, axis), multiply(_slope(variance, scale, epsilon), -1))


def _variance(out: Any, x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    def pull(g: Any) -> Any:
        inverse = rsqrt(add(variance, epsilon))
        cube = multiply(multiply(inverse, inverse), _slope(variance, scale, epsilon))
        return multiply(multiply(_over_rest(multiply(g, subtract(x, _along(mean, x, axis))), axis), cube), -0.5)

    return pull


def _scale(out: Any, x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    def pull(g: Any) -> Any:
        total = _over_rest(multiply(g, subtract(x, _along(mean, x, axis))), axis)
        return multiply(total, rsqrt(add(variance, epsilon)))

    return pull


rule(
    "batch_normalization",
    x=_x,
    mean=_mean,
    variance=_variance,
    offset=lambda out, x, mean, variance, axis, *rest: lambda g: _over_rest(g, axis),
    scale=_scale,
)

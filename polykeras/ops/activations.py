"""Activation functions."""

from __future__ import annotations

import math
from typing import Any

from polykeras.ops import samples
from polykeras.ops.casting import stop_gradient
from polykeras.ops.comparison import greater, greater_equal, less, less_equal
from polykeras.ops.elementwise import (
    abs_,
    add,
    clip,
    divide,
    erf,
    exp,
    expm1,
    log,
    log1p,
    maximum,
    multiply,
    negative,
    sqrt,
    square,
    subtract,
    tanh,
)
from polykeras.ops.indexing import where
from polykeras.ops.policies import FLOAT, NUMBER
from polykeras.ops.reductions import amax, sum_
from polykeras.ops.registry import composite
from polykeras.typing import Axis, Tensor


@composite(NUMBER, samples=samples.unary)
def relu(x: Tensor) -> Tensor:
    """``max(x, 0)``; NaN of NaN. The derivative at 0 is 0."""
    return where(less_equal(x, 0), 0, x)


@composite(NUMBER, samples=samples.unary)
def relu6(x: Tensor) -> Tensor:
    """``min(max(x, 0), 6)``; NaN of NaN. The derivative at 0 and at 6 is 0."""
    return where(less_equal(x, 0), 0, where(greater_equal(x, 6), 6, x))


@composite(FLOAT, samples=samples.unary)
def sigmoid(x: Tensor) -> Tensor:
    """``1 / (1 + exp(-x))``."""
    return add(0.5, multiply(0.5, tanh(multiply(0.5, x))))


@composite(FLOAT, samples=samples.unary)
def softplus(x: Tensor) -> Tensor:
    """``log(1 + exp(x))`` without overflow."""
    # maximum(x, 0) and |x| have their kinks at the same place, where the two derivatives add up to the smooth one.
    return add(maximum(x, 0), log1p(exp(negative(abs_(x)))))


@composite(FLOAT, samples=samples.unary)
def log_sigmoid(x: Tensor) -> Tensor:
    """``log(sigmoid(x))`` without underflow."""
    return negative(softplus(negative(x)))


@composite(FLOAT, samples=samples.unary)
def softsign(x: Tensor) -> Tensor:
    """``x / (1 + |x|)``."""
    return divide(x, add(1, abs_(x)))


@composite(FLOAT, samples=samples.unary)
def silu(x: Tensor) -> Tensor:
    """``x * sigmoid(x)``, also called swish."""
    return multiply(x, sigmoid(x))


@composite(FLOAT, samples=samples.unary)
def swish(x: Tensor) -> Tensor:
    """`silu` by its other name."""
    return silu(x)


@composite(FLOAT, samples=samples.unary)
def hard_sigmoid(x: Tensor) -> Tensor:
    """``x / 6 + 1/2`` clipped to [0, 1]: ``relu6(x + 3) / 6``."""
    return divide(relu6(add(x, 3)), 6)


@composite(FLOAT, samples=samples.unary)
def hard_silu(x: Tensor) -> Tensor:
    """``x * hard_sigmoid(x)``."""
    return multiply(x, hard_sigmoid(x))


@composite(FLOAT, samples=samples.unary)
def hard_swish(x: Tensor) -> Tensor:
    """`hard_silu` by its other name."""
    return hard_silu(x)


@composite(FLOAT, samples=samples.unary)
def hard_tanh(x: Tensor) -> Tensor:
    """x clipped to [-1, 1]."""
    return clip(x, -1, 1)


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s(s.real(3), negative_slope=0.1)])
def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Tensor:
    """x where positive, ``negative_slope * x`` elsewhere."""
    return where(greater(x, 0), x, multiply(x, negative_slope))


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s(s.real(3), alpha=0.5)])
def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """x where positive, ``alpha * (exp(x) - 1)`` elsewhere."""
    # Not minimum(x, 0), which would halve the gradient at 0.
    return where(greater(x, 0), x, multiply(alpha, expm1(where(greater(x, 0), 0, x))))


@composite(FLOAT, samples=samples.unary)
def selu(x: Tensor) -> Tensor:
    """Scaled `elu` that keeps mean and variance; constants from Klambauer et al. 2017, arXiv:1706.02515."""
    return multiply(1.0507009873554805, elu(x, 1.6732632423543772))


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s(s.real(3), alpha=0.5)])
def celu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """``max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))``; Barron 2017, arXiv:1704.07483."""
    return where(greater(x, 0), x, multiply(alpha, expm1(divide(where(greater(x, 0), 0, x), alpha))))


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s(s.real(3), approximate=False)])
def gelu(x: Tensor, approximate: bool = True) -> Tensor:
    """``x Φ(x)``; with `approximate`, Φ by a tanh. Hendrycks and Gimpel 2016, arXiv:1606.08415."""
    if approximate:
        inner = multiply(math.sqrt(2 / math.pi), add(x, multiply(0.044715, multiply(x, square(x)))))
        return multiply(multiply(0.5, x), add(1, tanh(inner)))
    return multiply(multiply(0.5, x), add(1, erf(multiply(x, math.sqrt(0.5)))))


@composite(FLOAT, samples=samples.unary)
def tanh_shrink(x: Tensor) -> Tensor:
    """``x - tanh(x)``."""
    return subtract(x, tanh(x))


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s(s.real(3), threshold=1.0)])
def soft_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """x moved towards 0 by `threshold`, and 0 where it would cross it; NaN stays."""
    inside = less_equal(abs_(x), threshold)
    return where(inside, 0, where(less(x, 0), add(x, threshold), subtract(x, threshold)))


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s(s.real(3), threshold=1.0)])
def hard_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """x, but 0 where ``|x| <= threshold``."""
    return where(less_equal(abs_(x), threshold), 0, x)


@composite(FLOAT, samples=lambda s: [s(s.real(2, 3), 0.3, -1.0)])
def threshold(x: Tensor, threshold: float, default_value: float) -> Tensor:
    """x where it is above `threshold`, else `default_value`."""
    return where(greater(x, threshold), x, default_value)


@composite(FLOAT, samples=lambda s: [*samples.unary(s), s(s.real(3), b=1)])
def squareplus(x: Tensor, b: float = 4) -> Tensor:
    """``(x + sqrt(x² + b)) / 2``; Barron 2021, arXiv:2112.11687."""
    return divide(add(x, sqrt(add(square(x), b))), 2)


@composite(FLOAT, samples=samples.unary)
def sparse_plus(x: Tensor) -> Tensor:
    """0 up to -1, x from 1 on, ``(x + 1)² / 4`` between."""
    middle = divide(square(add(x, 1)), 4)
    return where(less(x, -1), 0, where(greater_equal(x, 1), x, middle))


@composite(FLOAT, samples=samples.unary)
def sparse_sigmoid(x: Tensor) -> Tensor:
    """``(x + 1) / 2`` clipped to [0, 1]."""
    return clip(divide(add(x, 1), 2), 0, 1)


@composite(FLOAT, samples=lambda s: [s(s.real(2, 4)), s(s.real(4, 2), axis=0)])
def glu(x: Tensor, axis: int = -1) -> Tensor:
    """The first half of x along `axis` times the sigmoid of the second half."""
    from polykeras.ops.joining import split

    value, gate = split(x, 2, axis)
    return multiply(value, sigmoid(gate))


def _normalised(s: Any) -> list[Any]:
    return [s(s.real(2, 3)), s(s.real(2, 3, 2), axis=1), s(s.real(2, 3), axis=(0, 1)), s(s.real(3, low=-90, high=90))]


@composite(FLOAT, samples=_normalised)
def softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    """``exp(x) / sum(exp(x))`` over `axis` (None or several: over all of these together), without overflow."""
    e = exp(subtract(x, stop_gradient(amax(x, axis, True))))
    return divide(e, sum_(e, axis, True))


@composite(FLOAT, samples=_normalised)
def log_softmax(x: Tensor, axis: Axis = -1) -> Tensor:
    """The logarithm of `softmax`, without underflow."""
    shifted = subtract(x, stop_gradient(amax(x, axis, True)))
    return subtract(shifted, log(sum_(exp(shifted), axis, True)))

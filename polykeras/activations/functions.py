"""The activation functions that are not ops of the same name, or have other arguments than these."""

from __future__ import annotations

from polykeras import ops
from polykeras.typing import Tensor


def linear(x: Tensor) -> Tensor:
    """x itself."""
    return x


def exponential(x: Tensor) -> Tensor:
    """e to the power x."""
    return ops.exp(x)


def gelu(x: Tensor, approximate: bool = False) -> Tensor:
    """``x Φ(x)``; with `approximate`, Φ by a tanh. Hendrycks and Gimpel 2016, arXiv:1606.08415."""
    return ops.gelu(x, approximate)


def mish(x: Tensor) -> Tensor:
    """``x * tanh(softplus(x))``; Misra 2019, arXiv:1908.08681."""
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


def relu(x: Tensor, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Tensor:
    """x above `threshold`, but at most `max_value`; ``negative_slope * (x - threshold)`` up to it."""
    if not negative_slope and max_value is None and not threshold:
        return ops.relu(x)
    below = ops.multiply(ops.subtract(x, threshold), negative_slope) if negative_slope else 0
    y = ops.where(ops.greater(x, threshold), x, below)
    return y if max_value is None else ops.where(ops.greater_equal(x, max_value), max_value, y)

"""Moving averages of gradients, as Adam and its relatives keep them."""

from __future__ import annotations

from polykeras import ops
from polykeras.typing import Tensor
from polykeras.variable import Variable


def averaged(average: Tensor, new: Tensor, beta: float) -> Tensor:
    """``beta * average + (1 - beta) * new``."""
    return ops.interpolate(average, new, 1 - beta)


def move_average(average: Variable, new: Tensor, beta: float) -> Tensor:
    """Assign an average its next value, and return that."""
    value = averaged(average.value, new, beta)
    average.assign(value)
    return value


def bias(beta: float, t: Tensor) -> Tensor:
    """``1 - beta^t``: how much of a moving average that started at zero has been filled after `t` updates."""
    return ops.subtract(1.0, ops.power(beta, t))


def adam_correction(beta_1: float, beta_2: float, t: Tensor) -> Tensor:
    """``sqrt(1 - beta_2^t) / (1 - beta_1^t)``, for both of Adam's averages; section 2 of Kingma and Ba 2014."""
    return ops.divide(ops.sqrt(bias(beta_2, t)), bias(beta_1, t))


def float32_at_least(x: Tensor) -> Tensor:
    """`x`, in float32 if it is of half precision, for sums and products that half precision cannot hold."""
    return ops.cast(x, "float32") if ops.dtype(x) in ("float16", "bfloat16") else x


def norm(x: Tensor) -> Tensor:
    """The Euclidean norm of all elements together, in float32 at least."""
    return ops.sqrt(ops.sum(ops.square(float32_at_least(x))))

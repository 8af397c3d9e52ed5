"""The gradients of activations by their results: what gradient rules call, and a backend may fuse."""

from __future__ import annotations

from typing import Any

from polykeras.ops.elementwise import multiply, square, subtract
from polykeras.ops.policies import FLOAT, FLOAT_OR_COMPLEX
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3), s.real(2, 3, low=0.1, high=0.9))]


@composite(FLOAT_OR_COMPLEX, samples=_cases)
def tanh_gradient(gradient: Tensor, result: Tensor) -> Tensor:
    """The gradient by x where ``tanh(x)`` is `result`: ``gradient * (1 - result²)``."""
    return multiply(gradient, subtract(1, square(result)))


@composite(FLOAT, samples=_cases)
def sigmoid_gradient(gradient: Tensor, result: Tensor) -> Tensor:
    """The gradient by x where ``sigmoid(x)`` is `result`: ``gradient * result * (1 - result)``."""
    return multiply(gradient, multiply(result, subtract(1, result)))


@composite(FLOAT, samples=_cases)
def relu_gradient(gradient: Tensor, result: Tensor) -> Tensor:
    """The gradient by x where ``relu(x)`` is `result`: `gradient` where that is above 0, else 0."""
    from polykeras.ops.comparison import greater
    from polykeras.ops.indexing import where

    return where(greater(result, 0), gradient, 0)

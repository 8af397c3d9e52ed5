"""Keras 1.2.2's activation functions."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ShapeError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.backend import elu, hard_sigmoid, relu, sigmoid, softplus, softsign, tanh
from polykeras.v1.utils.generic_utils import get_from_module


def softmax(x: Tensor) -> Tensor:
    """Along the last of two or three axes. Raises `ShapeError` for other tensors."""
    if K.ndim(x) not in (2, 3):
        raise ShapeError(f"softmax: a tensor of 2 or 3 axes was wanted, got shape {tuple(x.shape)}.")
    return K.softmax(x)


def linear(x: Tensor) -> Tensor:
    """`x` itself."""
    return x


_TABLE = {
    "softmax": softmax, "elu": elu, "softplus": softplus, "softsign": softsign, "relu": relu, "tanh": tanh,
    "sigmoid": sigmoid, "hard_sigmoid": hard_sigmoid, "linear": linear,
}  # fmt: skip


def get(identifier: Any) -> Any:
    """The function that a name stands for; None is `linear`."""
    return linear if identifier is None else get_from_module(identifier, _TABLE, "activation function")


__all__ = [*_TABLE, "get"]

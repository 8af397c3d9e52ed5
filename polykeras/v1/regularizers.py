"""Keras 1.2.2's regularizers: penalties on weights, and on outputs, summed over the batch."""

from __future__ import annotations

from typing import Any

from polykeras import regularizers as modern
from polykeras.errors import ShapeError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.utils.generic_utils import get_from_module


class Regularizer(modern.Regularizer):
    """Base class: ``__call__(x)`` is the penalty."""

    def __call__(self, x: Tensor) -> Tensor:
        """No penalty."""
        return 0.0

    def set_param(self, _: Any) -> None:
        """Nothing: regularizers are called with what they penalise."""

    def set_layer(self, _: Any) -> None:
        """Nothing: regularizers are called with what they penalise."""

    def get_config(self) -> dict[str, Any]:
        """The class's name."""
        return {"name": type(self).__name__}


class L1L2Regularizer(Regularizer, modern.L1L2):
    """``l1 * sum(|x|) + l2 * sum(x^2)``."""

    __call__ = modern.L1L2.__call__

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        super().__init__(float(l1), float(l2))

    def get_config(self) -> dict[str, Any]:
        """The two factors."""
        return super().get_config() | {"l1": self.l1, "l2": self.l2}


class EigenvalueRegularizer(Regularizer):
    """``k`` times the square root of the largest eigenvalue of ``x^T x``, by nine steps of the power method."""

    def __init__(self, k: float) -> None:
        self.k = k

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty. Raises `ShapeError` unless `x` is a matrix."""
        if K.ndim(x) != 2:
            raise ShapeError(f"EigenvalueRegularizer: a matrix was wanted, got shape {tuple(x.shape)}.")
        square = K.dot(K.transpose(x), x)
        vector = K.dot(square, K.ones_like(K.sum(square, axis=1, keepdims=True)))
        for _ in range(8):
            vector = K.dot(square, vector)
        transposed = K.transpose(K.dot(square, vector))
        value = K.dot(transposed, vector) / K.dot(K.transpose(vector), vector)
        return K.sum(K.sqrt(value) * self.k)

    def get_config(self) -> dict[str, Any]:
        """The factor."""
        return super().get_config() | {"k": self.k}


WeightRegularizer = ActivityRegularizer = L1L2Regularizer


def l1(l: float = 0.01) -> L1L2Regularizer:  # noqa: E741
    """The sum of absolute values."""
    return L1L2Regularizer(l1=l)


def l2(l: float = 0.01) -> L1L2Regularizer:  # noqa: E741
    """The sum of squares."""
    return L1L2Regularizer(l2=l)


def l1l2(l1: float = 0.01, l2: float = 0.01) -> L1L2Regularizer:
    """Both."""
    return L1L2Regularizer(l1=l1, l2=l2)


activity_l1, activity_l2, activity_l1l2 = l1, l2, l1l2


def get(identifier: Any, kwargs: dict[str, Any] | None = None) -> Any:
    """The regularizer that a name or a configuration stands for."""
    return get_from_module(identifier, globals(), "regularizer", instantiate=True, kwargs=kwargs)

"""Keras 1.2.2's objectives: ``f(y_true, y_pred)``, a value for each sample (and step).

Most are today's losses. The hinges take targets as they are, and the cosine is averaged over the features, as today's do
not; the cross-entropies are those of the symbolic backend, whose rules of clipping are today's ops'.
"""

from __future__ import annotations

from typing import Any

from polykeras import losses
from polykeras.ops.control_flow import on_graphs
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.utils.generic_utils import get_from_module


def squared_hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The mean of ``max(1 - y_true * y_pred, 0)`` squared."""
    return K.mean(K.square(K.maximum(1.0 - y_true * y_pred, 0.0)), axis=-1)


def hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The mean of ``max(1 - y_true * y_pred, 0)``."""
    return K.mean(K.maximum(1.0 - y_true * y_pred, 0.0), axis=-1)


def categorical_crossentropy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Of probabilities, which are divided by their sum."""
    return K.categorical_crossentropy(y_pred, y_true)


def sparse_categorical_crossentropy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """With class numbers as targets, with a last axis of size 1 or without it."""
    return K.sparse_categorical_crossentropy(y_pred, y_true)


def binary_crossentropy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The mean over the last axis."""
    return K.mean(K.binary_crossentropy(y_pred, y_true), axis=-1)


def cosine_proximity(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Minus the mean of the products of the normalised vectors."""
    return -K.mean(K.l2_normalize(y_true, -1) * K.l2_normalize(y_pred, -1), axis=-1)


def kullback_leibler_divergence(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The sum of ``y_true * log(y_true / y_pred)``."""
    return losses.kl_divergence(y_true, y_pred)


_ALIASES = {
    "mean_squared_error": ("mse", "MSE"),
    "mean_absolute_error": ("mae", "MAE"),
    "mean_absolute_percentage_error": ("mape", "MAPE"),
    "mean_squared_logarithmic_error": ("msle", "MSLE"),
    "kullback_leibler_divergence": ("kld", "KLD"),
    "cosine_proximity": ("cosine",),
}
_NAMES = (
    *_ALIASES, "squared_hinge", "hinge", "categorical_crossentropy", "sparse_categorical_crossentropy",
    "binary_crossentropy", "poisson",
)  # fmt: skip
for _name in _NAMES:  # variables, symbolic tensors and values alike
    _function = on_graphs(globals().get(_name) or getattr(losses, _name))
    for _spelling in (_name, *_ALIASES.get(_name, ())):
        globals()[_spelling] = _function

_TABLE = {name: globals()[name] for name in (*_NAMES, *(alias for aliases in _ALIASES.values() for alias in aliases))}


def get(identifier: Any) -> Any:
    """The function that a name stands for."""
    return get_from_module(identifier, _TABLE, "objective")


__all__ = [*_TABLE, "get"]

"""Keras 1.2.2's metrics: ``f(y_true, y_pred)``, one number for a batch."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from polykeras.metrics import accuracy_functions as modern
from polykeras.ops.control_flow import on_graphs
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1 import objectives
from polykeras.v1.utils.generic_utils import get_from_module


def binary_accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The fraction of rounded predictions that equal their targets."""
    return K.mean(K.equal(y_true, K.round(y_pred)))


def categorical_accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The fraction of samples whose largest prediction is the target's."""
    return K.mean(modern.categorical_accuracy(y_true, y_pred))


def sparse_categorical_accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """With class numbers as targets; the largest number along their last axis counts."""
    return K.mean(K.equal(K.max(y_true, axis=-1), K.cast(K.argmax(y_pred, axis=-1), K.floatx())))


def top_k_categorical_accuracy(y_true: Tensor, y_pred: Tensor, k: int = 5) -> Tensor:
    """The fraction of samples whose target is among the k largest predictions."""
    return K.mean(modern.top_k_categorical_accuracy(y_true, y_pred, k))


def _of_objective(f: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    @wraps(f)
    def metric(y_true: Tensor, y_pred: Tensor) -> Tensor:
        return K.mean(f(y_true, y_pred))

    return metric


def _counts(y_true: Tensor, y_pred: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """True positives, predicted positives, possible positives."""
    return tuple(K.sum(K.round(K.clip(v, 0, 1))) for v in (y_true * y_pred, y_pred, y_true))


def precision(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """True among the predicted positives."""
    true, predicted, _ = _counts(y_true, y_pred)
    return true / (predicted + K.epsilon())


def recall(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Found among the possible positives."""
    true, _, possible = _counts(y_true, y_pred)
    return true / (possible + K.epsilon())


def fbeta_score(y_true: Tensor, y_pred: Tensor, beta: float = 1) -> Tensor:
    """The weighted harmonic mean of precision and recall; 0 if there is no positive target."""
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    score = (1 + beta**2) * (p * r) / (beta**2 * p + r + K.epsilon())
    return K.switch(K.equal(K.sum(K.round(K.clip(y_true, 0, 1))), 0), K.zeros_like(score), score)


def fmeasure(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """`fbeta_score` with equal weights."""
    return fbeta_score(y_true, y_pred, beta=1)


def matthews_correlation(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The correlation of rounded predictions and targets, between -1 and 1."""
    p, t = K.round(K.clip(y_pred, 0, 1)), K.round(K.clip(y_true, 0, 1))
    tp, tn = K.sum(t * p), K.sum((1 - t) * (1 - p))
    fp, fn = K.sum((1 - t) * p), K.sum(t * (1 - p))
    return (tp * tn - fp * fn) / (K.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) + K.epsilon())


_TABLE: dict[str, Callable[..., Tensor]] = {
    f.__name__: on_graphs(f)
    for f in (
        binary_accuracy, categorical_accuracy, sparse_categorical_accuracy, top_k_categorical_accuracy, precision,
        recall, fbeta_score, fmeasure, matthews_correlation,
    )
}  # fmt: skip
_TABLE.update({name: _of_objective(getattr(objectives, name)) for name in objectives.__all__ if name != "get"})
del _TABLE["kld"], _TABLE["KLD"]
_TABLE.update(f1score=_TABLE["fmeasure"], fscore=_TABLE["fmeasure"])
globals().update(_TABLE)


def get(identifier: Any) -> Any:
    """The function that a name stands for."""
    return get_from_module(identifier, _TABLE, "metric")


__all__ = [*_TABLE, "get"]

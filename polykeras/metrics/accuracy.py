"""How often predictions are right."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes, ops
from polykeras.losses.loss import align_ranks
from polykeras.metrics.reduction import MeanMetricWrapper


def _float(x: Any) -> Any:
    return ops.cast(x, dtypes.floatx())


def accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where targets and predictions are equal, else 0."""
    y_pred = ops.convert_to_tensor(y_pred)
    y_true, y_pred = align_ranks(ops.convert_to_tensor(y_true, ops.dtype(y_pred)), y_pred)
    return _float(ops.equal(y_true, y_pred))


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """1 where a prediction lies on the target's side of `threshold`, else 0."""
    y_pred = ops.convert_to_tensor(y_pred)
    y_true, y_pred = align_ranks(ops.convert_to_tensor(y_true, ops.dtype(y_pred)), y_pred)
    return _float(ops.equal(y_true, ops.cast(ops.greater(y_pred, threshold), ops.dtype(y_true))))


def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest prediction is at the largest target, else 0."""
    return _float(ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1)))


def _labels(y_true: Any, y_pred: Any) -> Any:
    """Class numbers as int32, without a last axis of size 1."""
    labels = ops.convert_to_tensor(y_true)
    if len(labels.shape) == len(y_pred.shape) and tuple(labels.shape)[-1] == 1:
        labels = ops.squeeze(labels, -1)
    return ops.cast(labels, "int32")


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest prediction is at the class that the target names, else 0."""
    return _float(ops.equal(_labels(y_true, y_pred), ops.argmax(y_pred, axis=-1)))


def _in_top_k(labels: Any, y_pred: Any, k: int) -> Any:
    classes = int(y_pred.shape[-1])
    found = ops.in_top_k(ops.reshape(labels, (-1,)), ops.reshape(y_pred, (-1, classes)), k)
    return _float(ops.reshape(found, tuple(labels.shape)))


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the largest target is among the k largest predictions, else 0."""
    return _in_top_k(ops.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the class that the target names is among the k largest predictions, else 0."""
    return _in_top_k(_labels(y_true, y_pred), y_pred, k)


class Accuracy(MeanMetricWrapper):
    """How often predictions equal targets."""

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often predictions lie on the target's side of `threshold`."""

    def __init__(self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is at the largest target."""

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is at the class that the target names."""

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest target is among the k largest predictions."""

    def __init__(self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the class that the target names is among the k largest predictions."""

    def __init__(self, k: int = 5, name: str | None = "sparse_top_k_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k)

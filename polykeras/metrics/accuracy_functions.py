"""How often predictions are right, as functions: a value per sample (and per leading axis)."""

from __future__ import annotations

from polykeras import dtypes, ops
from polykeras.errors import ShapeError
from polykeras.losses.shapes import class_numbers, comparable, shape_message
from polykeras.typing import Index, Mask, Tensor


def _share(hits: Mask) -> Tensor:
    """The share of hits along the last axis; of one axis, each by itself."""
    hits = ops.cast(hits, dtypes.floatx())
    return ops.mean(hits, axis=-1) if len(hits.shape) > 1 else hits


def accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The share of predictions along the last axis that equal their targets."""
    y_true, y_pred = comparable("accuracy", y_true, y_pred)
    return _share(ops.equal(y_true, y_pred))


def binary_accuracy(y_true: Tensor, y_pred: Tensor, threshold: float = 0.5) -> Tensor:
    """The share of predictions along the last axis that are above `threshold` for a target of 1, or not for one of 0."""
    y_true, y_pred = comparable("binary_accuracy", y_true, y_pred)
    return _share(ops.equal(y_true, ops.cast(ops.greater(y_pred, threshold), ops.dtype(y_true))))


def categorical_accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """1 where the largest prediction is for the class of the one-hot target, else 0."""
    hits = ops.equal(_classes("categorical_accuracy", y_true, y_pred), ops.argmax(y_pred, axis=-1))
    return ops.cast(hits, dtypes.floatx())


def sparse_categorical_accuracy(y_true: Index, y_pred: Tensor) -> Tensor:
    """1 where the largest prediction is for the class that the target names, else 0."""
    y_pred = ops.convert_to_tensor(y_pred)
    labels = class_numbers("sparse_categorical_accuracy", y_true, y_pred)
    return ops.cast(ops.equal(labels, ops.argmax(y_pred, axis=-1)), dtypes.floatx())


def top_k_categorical_accuracy(y_true: Tensor, y_pred: Tensor, k: int = 5) -> Tensor:
    """1 where the class of the one-hot target is among the k largest predictions, else 0."""
    y_pred = ops.convert_to_tensor(y_pred)
    return _in_top_k(_classes("top_k_categorical_accuracy", y_true, y_pred), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: Index, y_pred: Tensor, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """1 where the class that the target names is among the k largest predictions, else 0.

    With `from_sorted_ids`, the predictions are class numbers, the best first, and the first k are looked at.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    labels = class_numbers("sparse_top_k_categorical_accuracy", y_true, y_pred)
    if not from_sorted_ids:
        return _in_top_k(labels, y_pred, k)
    best = ops.cast(y_pred[..., :k], ops.dtype(labels))
    return ops.cast(ops.any(ops.equal(ops.expand_dims(labels, -1), best), axis=-1), dtypes.floatx())


def _classes(name: str, y_true: Tensor, y_pred: Tensor) -> Tensor:
    """The class numbers of one-hot targets. Raises `ShapeError` unless they have the shape of the predictions."""
    if ops.shape(y_true) != ops.shape(y_pred):
        y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
        raise ShapeError(shape_message(name, y_true, y_pred))
    return ops.argmax(y_true, axis=-1)


def _in_top_k(labels: Tensor, y_pred: Tensor, k: int) -> Tensor:
    rows = ops.reshape(y_pred, (-1, int(y_pred.shape[-1])))
    found = ops.in_top_k(ops.reshape(labels, (-1,)), rows, k)
    return ops.cast(ops.reshape(found, tuple(labels.shape)), dtypes.floatx())

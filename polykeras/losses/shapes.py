"""Making the shapes of targets and predictions agree."""

from __future__ import annotations

from polykeras import dtypes, ops
from polykeras.errors import ShapeError
from polykeras.typing import Tensor


def align_ranks(y_true: Tensor, y_pred: Tensor) -> tuple[Tensor, Tensor]:
    """Both with the same rank, if a last axis of size 1 is all that differs: of ``(n,)`` and ``(n, 1)``, ``(n, 1)``."""
    true, pred = tuple(y_true.shape), tuple(y_pred.shape)
    if len(true) == len(pred) + 1 and true[-1] == 1:
        if len(pred) == 1:
            return y_true, ops.expand_dims(y_pred, -1)
        return ops.squeeze(y_true, -1), y_pred
    if len(pred) == len(true) + 1 and pred[-1] == 1:
        if len(true) == 1:
            return ops.expand_dims(y_true, -1), y_pred
        return y_true, ops.squeeze(y_pred, -1)
    return y_true, y_pred


def comparable(name: str, y_true: Tensor, y_pred: Tensor) -> tuple[Tensor, Tensor]:
    """Targets and predictions as tensors of one floating dtype, the predictions', and of one shape.

    Raises `ShapeError`, naming the loss or metric, if their shapes differ in more than a last axis of size 1.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    kind = dtypes.to_floating(ops.dtype(y_pred))
    y_true, y_pred = align_ranks(ops.convert_to_tensor(y_true, kind), ops.convert_to_tensor(y_pred, kind))
    if tuple(y_true.shape) != tuple(y_pred.shape):
        raise ShapeError(shape_message(name, y_true, y_pred))
    return y_true, y_pred


def shape_message(name: str, y_true: Tensor, y_pred: Tensor) -> str:
    """What to say of targets whose shape is not the predictions'."""
    true, pred = tuple(y_true.shape), tuple(y_pred.shape)
    hint = ""
    if "categorical" in name and "sparse" not in name and true in (pred[:-1], (*pred[:-1], 1)):
        hint = f" Class numbers go with sparse_{name}, or through to_categorical()."
    return f"{name}: the targets must have the shape of the predictions, {pred}, got {true}.{hint}"


def class_numbers(name: str, y_true: Tensor, y_pred: Tensor, axis: int = -1) -> Tensor:
    """Targets that are class numbers, as integers with the shape of the predictions without `axis`.

    Raises `ShapeError`, naming the loss or metric, if they have another shape.
    """
    labels = ops.convert_to_tensor(y_true)
    if ops.dtype(labels) not in dtypes.INTEGER:
        labels = ops.cast(labels, "int32")
    shape = tuple(y_pred.shape)
    axis %= len(shape)
    wanted = (*shape[:axis], *shape[axis + 1 :])
    got = tuple(labels.shape)
    if len(got) == len(shape) and got[axis] == 1:
        labels = ops.squeeze(labels, axis)
    if tuple(labels.shape) != wanted:
        one_hot = got == shape and name.startswith("sparse_")
        hint = f" One-hot targets go with {name.removeprefix('sparse_')}." if one_hot else ""
        raise ShapeError(
            f"{name}: the targets must be class numbers of shape {wanted}, for predictions of shape {shape}, "
            f"got {got}.{hint}"
        )
    return labels

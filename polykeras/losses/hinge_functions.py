"""The hinge losses, as functions.

They return a value per sample (and per leading axis), and raise `ShapeError` unless targets and predictions have one
shape.
"""

from __future__ import annotations

from polykeras import ops
from polykeras.losses.shapes import comparable
from polykeras.typing import Tensor


def _signs(y_true: Tensor) -> Tensor:
    """Targets of -1 and 1; those that are all 0 and 1 are mapped to these."""
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    return ops.where(binary, ops.subtract(ops.multiply(y_true, 2.0), 1.0), y_true)


def hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean(max(1 - y_true y_pred, 0))``, the targets being -1 and 1, or 0 and 1."""
    y_true, y_pred = comparable("hinge", y_true, y_pred)
    return ops.mean(ops.relu(ops.subtract(1.0, ops.multiply(_signs(y_true), y_pred))), axis=-1)


def squared_hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean(max(1 - y_true y_pred, 0)²)``, the targets being -1 and 1, or 0 and 1."""
    y_true, y_pred = comparable("squared_hinge", y_true, y_pred)
    return ops.mean(ops.square(ops.relu(ops.subtract(1.0, ops.multiply(_signs(y_true), y_pred)))), axis=-1)


def categorical_hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``max(neg - pos + 1, 0)``, for one-hot targets: pos is the prediction for the class, neg the best for another."""
    y_true, y_pred = comparable("categorical_hinge", y_true, y_pred)
    pos = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    neg = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.relu(ops.add(ops.subtract(neg, pos), 1.0))

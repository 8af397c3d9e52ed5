"""Losses that look at more than one prediction at a time, as functions: overlaps, embeddings, sequences."""

from __future__ import annotations

from typing import Any

from polykeras import config, dtypes, ops
from polykeras.errors import ShapeError
from polykeras.losses.shapes import comparable
from polykeras.typing import Axis, Index, Mask, Tensor


def dice(y_true: Tensor, y_pred: Tensor, axis: Axis = None) -> Tensor:
    """``1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred) + epsilon)``, the sums being over `axis`, by default all.

    Milletari et al. 2016, arXiv:1606.04797, without the squares. 1 for nothing against nothing. The result has the
    other axes. Raises `ShapeError` unless targets and predictions have one shape.
    """
    y_true, y_pred = comparable("dice", y_true, y_pred)
    common = ops.sum(ops.multiply(y_true, y_pred), axis=axis)
    both = ops.add(ops.sum(y_true, axis=axis), ops.sum(y_pred, axis=axis))
    return ops.subtract(1.0, ops.divide(ops.multiply(common, 2.0), ops.add(both, config.epsilon())))


def tversky(y_true: Tensor, y_pred: Tensor, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None) -> Tensor:
    """``1 - both / (both + alpha missed + beta wrong + epsilon)``, the sums being over `axis`, by default all.

    ``both = sum(y_true y_pred)``, ``missed = sum(y_true (1 - y_pred))``, ``wrong = sum((1 - y_true) y_pred)``: so Keras
    computes it, where Salehi et al. 2017, arXiv:1706.05721, give `alpha` to what is wrong. With both factors 0.5 it is
    `dice`. The result has the other axes. Raises `ShapeError` unless targets and predictions have one shape.
    """
    y_true, y_pred = comparable("tversky", y_true, y_pred)
    both = ops.sum(ops.multiply(y_true, y_pred), axis=axis)
    missed = ops.sum(ops.multiply(y_true, ops.subtract(1.0, y_pred)), axis=axis)
    wrong = ops.sum(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=axis)
    counted = ops.add(both, ops.add(ops.multiply(missed, alpha), ops.multiply(wrong, beta)))
    return ops.subtract(1.0, ops.divide(both, ops.add(counted, config.epsilon())))


def circle(
    y_true: Index,
    y_pred: Tensor,
    ref_labels: Index | None = None,
    ref_embeddings: Tensor | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Tensor:
    """How much nearer each embedding is to those of other classes than to those of its own; Sun et al. 2020, arXiv:2002.10857.

    Args:
        y_true: class numbers, ``(n,)`` or ``(n, 1)``.
        y_pred: embeddings of length 1, ``(n, size)``.
        ref_labels: class numbers of the embeddings to compare with, ``(m,)`` or ``(m, 1)``; by default `y_true`.
        ref_embeddings: embeddings to compare with, ``(m, size)``; by default `y_pred`.
        remove_diagonal: whether embedding i is not compared with reference i, being the same.
        gamma: the scale.
        margin: how much is allowed.

    With the distance ``d = max(1 - cosine, 0)``, ``softplus(logsumexp(gamma (d + margin) (d - margin)) of the same class
    + logsumexp(gamma max(1 + margin - d, 0) (1 - margin - d)) of the others)``, of shape ``(n,)``; 0, with gradient 0,
    where there are none of the same class or none of another. Raises `ShapeError` if the shapes do not fit together.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_pred = ops.cast(y_pred, dtypes.to_floating(ops.dtype(y_pred)))
    others = y_pred if ref_embeddings is None else ops.convert_to_tensor(ref_embeddings, ops.dtype(y_pred))
    labels = _labels("y_true", y_true, y_pred)
    other_labels = labels if ref_labels is None and others is y_pred else _labels(
        "ref_labels", y_true if ref_labels is None else ref_labels, others
    )  # fmt: skip
    if tuple(others.shape)[1:] != tuple(y_pred.shape)[1:]:
        raise ShapeError(
            f"circle: embeddings of one size wanted, got {tuple(y_pred.shape)} and {tuple(others.shape)} to compare with."
        )
    distance = ops.relu(ops.subtract(1.0, ops.matmul(y_pred, ops.transpose(others))))
    same = ops.equal(ops.expand_dims(labels, 1), ops.expand_dims(other_labels, 0))
    other = ops.logical_not(same)
    if remove_diagonal:
        same = ops.logical_and(
            same, ops.logical_not(ops.eye(int(distance.shape[0]), int(distance.shape[1]), dtype="bool"))
        )
    pull = ops.multiply(ops.add(distance, margin), ops.subtract(distance, margin))
    push = ops.multiply(ops.relu(ops.subtract(1.0 + margin, distance)), ops.subtract(1.0 - margin, distance))
    return ops.softplus(ops.add(_log_sum(ops.multiply(pull, gamma), same), _log_sum(ops.multiply(push, gamma), other)))


def _log_sum(scores: Tensor, included: Mask) -> Tensor:
    """``logsumexp`` over the included scores of each row; of none, a number that `softplus` takes to 0.

    The number is finite, since the gradient of the `logsumexp` of minus infinities is NaN.
    """
    lowest = -1e4 if ops.dtype(scores) == "float16" else -1e30
    return ops.logsumexp(ops.where(included, scores, lowest), axis=1)


def _labels(what: str, labels: Any, embeddings: Tensor) -> Tensor:
    """Class numbers ``(n,)`` for embeddings ``(n, size)``."""
    labels = ops.convert_to_tensor(labels)
    shape, got = tuple(embeddings.shape), tuple(labels.shape)
    if len(shape) != 2 or got not in (shape[:1], (*shape[:1], 1)):
        raise ShapeError(
            f"circle: embeddings (n, size) and {what} (n,) or (n, 1) wanted, got shapes {shape} and {got}."
        )
    return ops.cast(ops.reshape(labels, shape[:1]), "int32")


def ctc(y_true: Index, y_pred: Tensor) -> Tensor:
    """Minus the logarithm of the probability of each sequence of labels; Graves et al. 2006.

    `y_true` are class numbers ``(batch, longest)``, filled up with 0, the blank; `y_pred` logits ``(batch, time,
    classes)``. The result, ``(batch,)``, is infinite where there are too few time steps. See `ops.ctc_loss`. Raises
    `ShapeError` for other shapes.
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    true, pred = tuple(y_true.shape), tuple(y_pred.shape)
    if len(true) != 2 or len(pred) != 3 or true[0] != pred[0]:
        raise ShapeError(
            f"ctc: class numbers (batch, longest) and logits (batch, time, classes) wanted, got shapes {true} and {pred}."
        )
    labels = ops.cast(y_true, "int32")
    lengths = ops.sum(ops.cast(ops.not_equal(labels, 0), "int32"), axis=-1)
    times = ops.full((pred[0],), pred[1], "int32")
    return ops.ctc_loss(labels, y_pred, lengths, times, mask_index=0)

"""The cross-entropies and the Kullback-Leibler divergence, as functions.

They return a value per sample (and per leading axis).
"""

from __future__ import annotations

import math
from typing import Any

from polykeras import config, ops
from polykeras.errors import ArgumentError
from polykeras.logits import logits_of
from polykeras.losses.shapes import class_numbers, comparable
from polykeras.typing import Index, Tensor


def _smoothed(y_true: Tensor, label_smoothing: float, classes: int) -> Tensor:
    """Targets moved by the fraction `label_smoothing` towards even odds; Szegedy et al. 2015, arXiv:1512.00567."""
    if not label_smoothing:
        return y_true
    return ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / classes)


def binary_crossentropy(
    y_true: Tensor, y_pred: Tensor, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    """The mean over `axis` of ``-(y_true log(y_pred) + (1 - y_true) log(1 - y_pred))``.

    Raises `ShapeError` unless targets and predictions have one shape.
    """
    logits = None if from_logits else logits_of(y_pred, ops.sigmoid)
    if logits is not None:  # clipped where that clips probabilities to [epsilon, 1 - epsilon]
        largest = math.log((1 - config.epsilon()) / config.epsilon())
        y_pred, from_logits = ops.clip(logits, -largest, largest), True
    y_true, y_pred = comparable("binary_crossentropy", y_true, y_pred)
    return ops.mean(ops.binary_crossentropy(_smoothed(y_true, label_smoothing, 2), y_pred, from_logits), axis=axis)


def categorical_crossentropy(
    y_true: Tensor, y_pred: Tensor, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    """``-sum(y_true log(y_pred))`` over `axis`, for one-hot targets or probabilities.

    Raises `ShapeError` unless targets and predictions have one shape.
    """
    logits = None if from_logits or axis != -1 else logits_of(y_pred, ops.softmax)
    y_true, y_pred = comparable("categorical_crossentropy", y_true, y_pred if logits is None else logits)
    y_true = _smoothed(y_true, label_smoothing, int(y_pred.shape[axis]))
    if logits is not None:
        return ops.softmax_crossentropy(y_true, y_pred)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits, axis)


def sparse_categorical_crossentropy(
    y_true: Index, y_pred: Tensor, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Tensor:
    """``-log(y_pred[y_true])`` along `axis`, for class numbers; 0 for those that are `ignore_class`.

    A class that is negative or too large gives NaN. Raises `ShapeError` unless the targets have the shape of the
    predictions without `axis`, or with size 1 there.
    """
    logits = None if from_logits or axis != -1 else logits_of(y_pred, ops.softmax)
    y_pred = ops.convert_to_tensor(y_pred if logits is None else logits)
    labels = class_numbers("sparse_categorical_crossentropy", y_true, y_pred, axis)
    ignored = None if ignore_class is None else ops.equal(labels, ignore_class)
    labels = labels if ignored is None else ops.where(ignored, 0, labels)
    values = ops.sparse_categorical_crossentropy(labels, y_pred, from_logits or logits is not None, axis)
    if logits is not None:  # as the probabilities would have been
        values = ops.clip(values, -math.log1p(-config.epsilon()), -math.log(config.epsilon()))
    return values if ignored is None else ops.where(ignored, 0.0, values)


def binary_focal_crossentropy(
    y_true: Tensor,
    y_pred: Tensor,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Binary cross-entropy times ``(1 - p)^gamma``, p being the probability given to the target.

    With `apply_class_balancing`, also times `alpha` for targets of 1 and ``1 - alpha`` for targets of 0. Lin et al.
    2017, arXiv:1708.02002. Raises `ShapeError` unless targets and predictions have one shape.
    """
    y_true, y_pred = comparable("binary_focal_crossentropy", y_true, y_pred)
    y_true = _smoothed(y_true, label_smoothing, 2)
    probability = ops.sigmoid(y_pred) if from_logits else y_pred
    values = ops.binary_crossentropy(y_true, probability)
    rest = ops.subtract(1.0, y_true)
    given = ops.add(ops.multiply(y_true, probability), ops.multiply(rest, ops.subtract(1.0, probability)))
    values = ops.multiply(values, ops.power(ops.subtract(1.0, given), float(gamma)))
    if apply_class_balancing:
        values = ops.multiply(values, ops.add(ops.multiply(y_true, alpha), ops.multiply(rest, 1.0 - alpha)))
    return ops.mean(values, axis=axis)


def categorical_focal_crossentropy(
    y_true: Tensor,
    y_pred: Tensor,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Categorical cross-entropy, each class times ``alpha (1 - p)^gamma``, p being its probability.

    `alpha` is a number or one for each class. Lin et al. 2017, arXiv:1708.02002. Raises `ShapeError` unless targets and
    predictions have one shape.
    """
    y_true, y_pred = comparable("categorical_focal_crossentropy", y_true, y_pred)
    y_true = _smoothed(y_true, label_smoothing, int(y_pred.shape[axis]))
    if from_logits:
        y_pred = ops.softmax(y_pred, axis)
    p = ops.divide(y_pred, ops.sum(y_pred, axis=axis, keepdims=True))
    p = ops.clip(p, config.epsilon(), 1.0 - config.epsilon())
    factor = ops.multiply(ops.power(ops.subtract(1.0, p), float(gamma)), alpha)
    return ops.negative(ops.sum(ops.multiply(factor, ops.multiply(y_true, ops.log(p))), axis=axis))


def categorical_generalized_cross_entropy(y_true: Index, y_pred: Tensor, q: float) -> Tensor:
    """``(1 - p^q) / q`` for class numbers, p being the probability given to the class, and ``0 < q < 1``.

    The gradient of a probability of 0, infinite by the formula, is 0. A class that is negative or too large gives NaN.
    Zhang and Sabuncu 2018, arXiv:1805.07836. Raises `ShapeError` unless the targets have the shape of the predictions
    without the last axis, or with size 1 there; `ArgumentError` for another `q`.
    """
    check_exponent("categorical_generalized_cross_entropy", q)
    y_pred = ops.convert_to_tensor(y_pred)
    labels = class_numbers("categorical_generalized_cross_entropy", y_true, y_pred)
    labels = ops.where(ops.less(labels, 0), int(y_pred.shape[-1]), labels)  # not counted from the end
    p = ops.squeeze(ops.take_along_axis(y_pred, ops.expand_dims(labels, -1), -1), -1)
    impossible = ops.equal(p, 0)
    power = ops.where(impossible, 0.0, ops.power(ops.where(impossible, 1.0, p), float(q)))
    return ops.divide(ops.subtract(1.0, power), float(q))


def check_exponent(name: str, q: float) -> None:
    """Raise `ArgumentError` unless ``0 < q < 1``."""
    if not 0 < q < 1:
        raise ArgumentError(f"{name}: q must be between 0 and 1, got {q!r}.")


def kl_divergence(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``sum(y_true log(y_true / y_pred))`` over the last axis, both clipped to [epsilon, 1]; Kullback and Leibler 1951.

    Raises `ShapeError` unless targets and predictions have one shape.
    """
    y_true, y_pred = comparable("kl_divergence", y_true, y_pred)
    y_true, y_pred = ops.clip(y_true, config.epsilon(), 1.0), ops.clip(y_pred, config.epsilon(), 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)

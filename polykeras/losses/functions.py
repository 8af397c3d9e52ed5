"""Losses as functions: a value per sample (and per leading axis), the last axis averaged or summed over."""

from __future__ import annotations

from typing import Any

from polykeras import config, ops
from polykeras.losses.loss import require_equal_shapes


def _both(name: str, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    y_pred = ops.convert_to_tensor(y_pred)
    return require_equal_shapes(name, ops.convert_to_tensor(y_true, ops.dtype(y_pred)), y_pred)


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """``mean((y_true - y_pred)²)``."""
    y_true, y_pred = _both("mean_squared_error", y_true, y_pred)
    return ops.mean(ops.square(ops.subtract(y_true, y_pred)), axis=-1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """``mean(|y_true - y_pred|)``."""
    y_true, y_pred = _both("mean_absolute_error", y_true, y_pred)
    return ops.mean(ops.abs(ops.subtract(y_true, y_pred)), axis=-1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """``100 mean(|y_true - y_pred| / |y_true|)``, the divisor at least epsilon."""
    y_true, y_pred = _both("mean_absolute_percentage_error", y_true, y_pred)
    relative = ops.divide(ops.subtract(y_true, y_pred), ops.maximum(ops.abs(y_true), config.epsilon()))
    return ops.multiply(ops.mean(ops.abs(relative), axis=-1), 100.0)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """``mean((log(y_true + 1) - log(y_pred + 1))²)``, both at least epsilon."""
    y_true, y_pred = _both("mean_squared_logarithmic_error", y_true, y_pred)

    def logarithm(y: Any) -> Any:
        return ops.log(ops.add(ops.maximum(y, config.epsilon()), 1.0))

    return ops.mean(ops.square(ops.subtract(logarithm(y_true), logarithm(y_pred))), axis=-1)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Squared up to a distance of `delta`, linear beyond. Huber 1964."""
    y_true, y_pred = _both("huber", y_true, y_pred)
    distance = ops.abs(ops.subtract(y_true, y_pred))
    squared = ops.multiply(ops.square(distance), 0.5)
    linear = ops.subtract(ops.multiply(distance, delta), 0.5 * delta * delta)
    return ops.mean(ops.where(ops.less_equal(distance, delta), squared, linear), axis=-1)


def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """``mean(log(cosh(y_pred - y_true)))`` without overflow."""
    y_true, y_pred = _both("log_cosh", y_true, y_pred)
    distance = ops.subtract(y_pred, y_true)
    values = ops.subtract(ops.add(distance, ops.softplus(ops.multiply(distance, -2.0))), 0.6931471805599453)
    return ops.mean(values, axis=-1)


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """``-sum(normalised y_true * normalised y_pred)`` over `axis`: -1 for the same direction."""
    y_true, y_pred = _both("cosine_similarity", y_true, y_pred)

    def direction(y: Any) -> Any:
        squares = ops.sum(ops.square(y), axis=axis, keepdims=True)
        return ops.divide(y, ops.sqrt(ops.maximum(squares, 1e-12)))

    return ops.negative(ops.sum(ops.multiply(direction(y_true), direction(y_pred)), axis=axis))


def poisson(y_true: Any, y_pred: Any) -> Any:
    """``mean(y_pred - y_true log(y_pred + epsilon))``."""
    y_true, y_pred = _both("poisson", y_true, y_pred)
    logarithm = ops.log(ops.add(y_pred, config.epsilon()))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, logarithm)), axis=-1)


def _signs(y_true: Any) -> Any:
    """Targets of 0 and 1 become -1 and 1; others stay."""
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    return ops.where(binary, ops.subtract(ops.multiply(y_true, 2.0), 1.0), y_true)


def hinge(y_true: Any, y_pred: Any) -> Any:
    """``mean(max(1 - y_true y_pred, 0))``, targets being -1 and 1 (0 and 1 are converted)."""
    y_true, y_pred = _both("hinge", y_true, y_pred)
    return ops.mean(ops.relu(ops.subtract(1.0, ops.multiply(_signs(y_true), y_pred))), axis=-1)


def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """``mean(max(1 - y_true y_pred, 0)²)``, targets as for `hinge`."""
    y_true, y_pred = _both("squared_hinge", y_true, y_pred)
    return ops.mean(ops.square(ops.relu(ops.subtract(1.0, ops.multiply(_signs(y_true), y_pred)))), axis=-1)


def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """``max(best wrong - right + 1, 0)`` for one-hot targets."""
    y_true, y_pred = _both("categorical_hinge", y_true, y_pred)
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    wrong = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.relu(ops.add(ops.subtract(wrong, right), 1.0))


def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """``sum(y_true log(y_true / y_pred))``, both clipped to [epsilon, 1]. Kullback and Leibler 1951."""
    y_true, y_pred = _both("kl_divergence", y_true, y_pred)
    y_true, y_pred = ops.clip(y_true, config.epsilon(), 1.0), ops.clip(y_pred, config.epsilon(), 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """The mean over `axis` of ``-(y_true log(y_pred) + (1 - y_true) log(1 - y_pred))``."""
    y_true, y_pred = _both("binary_crossentropy", y_true, y_pred)
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits), axis=axis)


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """``-sum(y_true log(y_pred))`` over `axis`, for one-hot targets or probabilities."""
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, ops.dtype(y_pred))
    if label_smoothing:
        classes = int(y_pred.shape[axis])
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / classes)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits, axis)


def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Any:
    """``-log(y_pred[y_true])`` along `axis`, for class numbers; samples of `ignore_class` get 0.

    A class that is negative or too large gives NaN.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    labels = ops.convert_to_tensor(y_true)
    if "int" not in ops.dtype(labels):
        labels = ops.cast(labels, "int32")
    if len(labels.shape) == len(y_pred.shape) and tuple(labels.shape)[axis] == 1:
        labels = ops.squeeze(labels, axis)
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(labels, y_pred, from_logits, axis)
    ignored = ops.equal(labels, ignore_class)
    values = ops.sparse_categorical_crossentropy(ops.where(ignored, 0, labels), y_pred, from_logits, axis)
    return ops.where(ignored, 0, values)


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Binary cross-entropy times ``(1 - p of the target)^gamma``. Lin et al. 2018, arXiv:1708.02002."""
    y_true, y_pred = _both("binary_focal_crossentropy", y_true, y_pred)
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)
    if from_logits:
        y_pred = ops.sigmoid(y_pred)
    values = ops.binary_crossentropy(y_true, y_pred)
    wrong = ops.subtract(1.0, y_true)
    right_probability = ops.add(ops.multiply(y_true, y_pred), ops.multiply(wrong, ops.subtract(1.0, y_pred)))
    values = ops.multiply(values, ops.power(ops.subtract(1.0, right_probability), gamma))
    if apply_class_balancing:
        values = ops.multiply(values, ops.add(ops.multiply(y_true, alpha), ops.multiply(wrong, 1 - alpha)))
    return ops.mean(values, axis=axis)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Categorical cross-entropy times ``alpha (1 - p)^gamma``. Lin et al. 2018, arXiv:1708.02002."""
    y_true, y_pred = _both("categorical_focal_crossentropy", y_true, y_pred)
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / int(y_pred.shape[axis]))
    if from_logits:
        y_pred = ops.softmax(y_pred, axis)
    p = ops.divide(y_pred, ops.sum(y_pred, axis=axis, keepdims=True))
    p = ops.clip(p, config.epsilon(), 1.0 - config.epsilon())
    entropy = ops.negative(ops.multiply(y_true, ops.log(p)))
    factor = ops.multiply(ops.power(ops.subtract(1.0, p), gamma), alpha)
    return ops.sum(ops.multiply(factor, entropy), axis=axis)

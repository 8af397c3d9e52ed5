"""Losses of real-valued targets, as functions.

They return a value per sample (and per leading axis), and raise `ShapeError` unless targets and predictions have one
shape.
"""

from __future__ import annotations

import math

from polykeras import config, ops
from polykeras.losses.shapes import comparable
from polykeras.typing import Tensor


def mean_squared_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean((y_true - y_pred)²)``."""
    y_true, y_pred = comparable("mean_squared_error", y_true, y_pred)
    return ops.mean(ops.square(ops.subtract(y_true, y_pred)), axis=-1)


def mean_absolute_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean(|y_true - y_pred|)``."""
    y_true, y_pred = comparable("mean_absolute_error", y_true, y_pred)
    return ops.mean(ops.abs(ops.subtract(y_true, y_pred)), axis=-1)


def mean_absolute_percentage_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``100 mean(|y_true - y_pred| / |y_true|)``, the divisor being at least epsilon."""
    y_true, y_pred = comparable("mean_absolute_percentage_error", y_true, y_pred)
    relative = ops.divide(ops.subtract(y_true, y_pred), ops.maximum(ops.abs(y_true), config.epsilon()))
    return ops.multiply(ops.mean(ops.abs(relative), axis=-1), 100.0)


def mean_squared_logarithmic_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean((log(y_true + 1) - log(y_pred + 1))²)``, both being at least epsilon."""
    y_true, y_pred = comparable("mean_squared_logarithmic_error", y_true, y_pred)

    def logarithm(y: Tensor) -> Tensor:
        return ops.log(ops.add(ops.maximum(y, config.epsilon()), 1.0))

    return ops.mean(ops.square(ops.subtract(logarithm(y_true), logarithm(y_pred))), axis=-1)


def huber(y_true: Tensor, y_pred: Tensor, delta: float = 1.0) -> Tensor:
    """Half the square of a distance up to `delta`, ``delta * distance - delta² / 2`` beyond; Huber 1964."""
    y_true, y_pred = comparable("huber", y_true, y_pred)
    distance = ops.abs(ops.subtract(y_pred, y_true))
    squared = ops.multiply(ops.square(distance), 0.5)
    linear = ops.subtract(ops.multiply(distance, delta), 0.5 * delta * delta)
    return ops.mean(ops.where(ops.less_equal(distance, delta), squared, linear), axis=-1)


def log_cosh(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean(log(cosh(y_pred - y_true)))``, without overflow."""
    y_true, y_pred = comparable("log_cosh", y_true, y_pred)
    error = ops.subtract(y_pred, y_true)
    values = ops.subtract(ops.add(error, ops.softplus(ops.multiply(error, -2.0))), math.log(2.0))
    return ops.mean(values, axis=-1)


def cosine_similarity(y_true: Tensor, y_pred: Tensor, axis: int = -1) -> Tensor:
    """Minus the cosine of the angle between targets and predictions along `axis`: -1 for the same direction."""
    y_true, y_pred = comparable("cosine_similarity", y_true, y_pred)

    def direction(y: Tensor) -> Tensor:
        # Keras's bound on what is taken for the zero vector.
        return ops.divide(y, ops.sqrt(ops.maximum(ops.sum(ops.square(y), axis=axis, keepdims=True), 1e-12)))

    return ops.negative(ops.sum(ops.multiply(direction(y_true), direction(y_pred)), axis=axis))


def poisson(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``mean(y_pred - y_true log(y_pred + epsilon))``."""
    y_true, y_pred = comparable("poisson", y_true, y_pred)
    logarithm = ops.log(ops.add(y_pred, config.epsilon()))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, logarithm)), axis=-1)

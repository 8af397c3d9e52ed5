"""How targets and predictions vary together, as functions: a value for each sample (and leading axis).

They raise `ShapeError` unless targets and predictions have one shape.
"""

from __future__ import annotations

from polykeras import config, ops
from polykeras.losses.shapes import comparable
from polykeras.typing import Axis, Tensor


def _deviations(y: Tensor, axis: Axis) -> tuple[Tensor, Tensor]:
    """The mean along `axis`, which stays, and the distances from it."""
    mean = ops.mean(y, axis=axis, keepdims=True)
    return mean, ops.subtract(y, mean)


def pearson_correlation(y_true: Tensor, y_pred: Tensor, axis: Axis = -1) -> Tensor:
    """The covariance along `axis` over both standard deviations, from -1 to 1; NaN where one is 0. Pearson 1895."""
    y_true, y_pred = comparable("pearson_correlation", y_true, y_pred)
    (_, true), (_, pred) = _deviations(y_true, axis), _deviations(y_pred, axis)

    def deviation(y: Tensor) -> Tensor:
        return ops.sqrt(ops.mean(ops.square(y), axis=axis))

    both = ops.multiply(deviation(true), deviation(pred))
    constant = ops.equal(both, 0)
    covariance = ops.mean(ops.multiply(true, pred), axis=axis)
    return ops.where(constant, float("nan"), ops.divide(covariance, ops.where(constant, 1.0, both)))


def concordance_correlation(y_true: Tensor, y_pred: Tensor, axis: Axis = -1) -> Tensor:
    """``2 covariance / (var(y_true) + var(y_pred) + (mean(y_true) - mean(y_pred))² + epsilon)`` along `axis`.

    From -1 to 1, the latter only if they are equal. Lin 1989.
    """
    y_true, y_pred = comparable("concordance_correlation", y_true, y_pred)
    (mean_true, true), (mean_pred, pred) = _deviations(y_true, axis), _deviations(y_pred, axis)
    apart = ops.add(ops.square(true), ops.square(pred))
    apart = ops.add(apart, ops.square(ops.subtract(mean_true, mean_pred)))
    covariance = ops.mean(ops.multiply(true, pred), axis=axis)
    return ops.divide(ops.multiply(covariance, 2.0), ops.add(ops.mean(apart, axis=axis), config.epsilon()))

"""The harmonic mean of precision and recall."""

from __future__ import annotations

from typing import Any

from polykeras import config, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.losses.weighting import fit_weight
from polykeras.metrics.metric import Metric
from polykeras.typing import Tensor

AVERAGES = (None, "micro", "macro", "weighted")


class FBetaScore(Metric):
    """``(1 + beta²) precision recall / (beta² precision + recall)`` of each class; van Rijsbergen 1979.

    Targets and predictions are ``(batch, classes)``.

    Args:
        average: None for the scores of the classes, ``"macro"`` for their mean, ``"weighted"`` for their mean weighted
            by the number of true instances, ``"micro"`` for the score of all classes taken together.
        beta: how much more recall counts than precision.
        threshold: predictions greater than it are positive; by default the largest of each row is, unless it is 0.
            Of several that are equally large, all are.
        name, dtype: as of every metric.

    Raises:
        ArgumentError: there is no such average; `beta` is not positive; the threshold is not in ``(0, 1]``.
        ShapeError: targets and predictions are not ``(batch, classes)``.
    """

    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if average not in AVERAGES:
            raise ArgumentError(
                f"{self.name}: average must be one of {', '.join(map(repr, AVERAGES))}, got {average!r}."
            )
        if not _is_number(beta) or beta <= 0:
            raise ArgumentError(f"{self.name}: beta must be a positive number, got {beta!r}.")
        if threshold is not None and (not _is_number(threshold) or not 0 < threshold <= 1):
            raise ArgumentError(f"{self.name}: threshold must be a number above 0 and not above 1, got {threshold!r}.")
        self.average = average
        self.beta = float(beta)
        self.threshold = threshold
        self.built = False

    def build(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        """Make the variables, for targets and predictions ``(batch, classes)``."""
        if len(y_pred_shape) != 2 or len(y_true_shape) != 2 or y_true_shape[1] != y_pred_shape[1]:
            raise ShapeError(
                f"{self.name}: targets and predictions must be (batch, classes), got shapes {tuple(y_true_shape)} and "
                f"{tuple(y_pred_shape)}."
            )
        shape = () if self.average == "micro" else (int(y_pred_shape[1]),)
        self.true_positives = self.add_variable(shape, name="true_positives")
        self.false_positives = self.add_variable(shape, name="false_positives")
        self.false_negatives = self.add_variable(shape, name="false_negatives")
        self.built = True

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add a batch; weights are ``(batch,)`` or have the shape of the targets."""
        y_true, y_pred = ops.convert_to_tensor(y_true, self.dtype), ops.convert_to_tensor(y_pred, self.dtype)
        if not self.built:
            self.build(tuple(y_true.shape), tuple(y_pred.shape))
        if tuple(y_true.shape) != tuple(y_pred.shape):
            raise ShapeError(
                f"{self.name}: the targets must have the shape of the predictions, {tuple(y_pred.shape)}, got "
                f"{tuple(y_true.shape)}."
            )
        if self.threshold is None:
            largest = ops.greater_equal(y_pred, ops.max(y_pred, axis=-1, keepdims=True))
            positive = ops.logical_and(largest, ops.greater(ops.abs(y_pred), 1e-9))
        else:
            positive = ops.greater(y_pred, self.threshold)
        found = ops.cast(positive, self.dtype)
        weight = None
        if sample_weight is not None:
            weight = fit_weight(ops.convert_to_tensor(sample_weight, self.dtype), y_true)
        axis = None if self.average == "micro" else 0
        for variable, hits in (
            (self.true_positives, ops.multiply(found, y_true)),
            (self.false_positives, ops.multiply(found, ops.subtract(1.0, y_true))),
            (self.false_negatives, ops.multiply(ops.subtract(1.0, found), y_true)),
        ):
            weighted = hits if weight is None else ops.multiply(hits, weight)
            variable.assign(ops.add(variable.value, ops.sum(weighted, axis=axis)))

    def result(self) -> Tensor:
        """The scores, ``(classes,)``, or their average. 0 before the first batch."""
        if not self.built:
            return ops.zeros((), self.dtype)
        epsilon, squared = config.epsilon(), self.beta**2
        tp, wrong, missed = self.true_positives.value, self.false_positives.value, self.false_negatives.value
        instances = ops.add(tp, missed)
        precision = ops.divide(tp, ops.add(ops.add(tp, wrong), epsilon))
        recall = ops.divide(tp, ops.add(instances, epsilon))
        both = ops.add(ops.add(ops.multiply(precision, squared), recall), epsilon)
        scores = ops.multiply(ops.divide(ops.multiply(precision, recall), both), 1.0 + squared)
        if self.average == "macro":
            return ops.mean(scores)
        if self.average == "weighted":
            return ops.sum(ops.multiply(scores, ops.divide(instances, ops.add(ops.sum(instances), epsilon))))
        return scores

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {"average": self.average, "beta": self.beta, "threshold": self.threshold}
        return {**super().get_config(), **own}


class F1Score(FBetaScore):
    """``2 precision recall / (precision + recall)`` of each class: `FBetaScore` with `beta` 1."""

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {k: v for k, v in super().get_config().items() if k != "beta"}


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float)) and not isinstance(x, bool)

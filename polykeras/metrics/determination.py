"""How much of the targets' variation predictions explain."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.losses.shapes import comparable
from polykeras.losses.weighting import fit_weight
from polykeras.metrics.metric import Metric
from polykeras.typing import Tensor

AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """``1 - sum((y_true - y_pred)²) / sum((y_true - mean(y_true))²)`` of each output; Wright 1921.

    Targets and predictions are ``(batch, outputs)``. Of constant targets the score is 1 if they are met, else 0.

    Args:
        class_aggregation: None for the scores of the outputs, ``"uniform_average"`` for their mean,
            ``"variance_weighted_average"`` for their mean weighted by the variances of the targets.
        num_regressors: with p of them the score is adjusted: ``1 - (1 - R²) (n - 1) / (n - p - 1)``, n being the number
            of targets seen; not as long as n is not greater than ``p + 1``.
        name, dtype: as of every metric.

    Raises:
        ArgumentError: there is no such aggregation; `num_regressors` is negative.
        ShapeError: targets and predictions are not ``(batch, outputs)``.
    """

    _direction = "up"

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if class_aggregation not in AGGREGATIONS:
            raise ArgumentError(
                f"{self.name}: class_aggregation must be one of {', '.join(map(repr, AGGREGATIONS))}, got "
                f"{class_aggregation!r}."
            )
        if num_regressors < 0:
            raise ArgumentError(f"{self.name}: num_regressors must not be negative, got {num_regressors!r}.")
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.built = False

    def build(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        """Make the variables, for predictions ``(batch, outputs)``."""
        if len(y_pred_shape) != 2:
            raise ShapeError(f"{self.name}: predictions must be (batch, outputs), got shape {tuple(y_pred_shape)}.")
        shape = (int(y_pred_shape[1]),)
        self.num_samples = self.add_variable(name="num_samples")
        self.count = self.add_variable(shape, name="count")
        self.mean = self.add_variable(shape, name="mean")
        self.squares = self.add_variable(shape, name="squares")  # of the targets' distances from their mean
        self.residual = self.add_variable(shape, name="residual")
        self.built = True

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add a batch; weights are ``(batch,)`` or have the shape of the targets."""
        y_true, y_pred = comparable(self.name, y_true, ops.convert_to_tensor(y_pred, self.dtype))
        if not self.built:
            self.build(tuple(y_true.shape), tuple(y_pred.shape))
        weight = ops.ones((), self.dtype) if sample_weight is None else ops.convert_to_tensor(sample_weight, self.dtype)
        weight = ops.broadcast_to(fit_weight(weight, y_true), tuple(y_true.shape))

        # Means and squares of batches are put together (Chan, Golub and LeVeque 1983): the difference of sums of squares,
        # which would be simpler, loses all digits where the mean is large.
        def total(x: Tensor) -> Tensor:
            return ops.sum(ops.multiply(x, weight), axis=0)

        count, old = ops.sum(weight, axis=0), self.count.value
        both = ops.add(old, count)
        mean = ops.divide_no_nan(total(y_true), count)
        step = ops.subtract(mean, self.mean.value)
        share = ops.divide_no_nan(count, both)
        apart = ops.multiply(ops.square(step), ops.multiply(old, share))
        squares = ops.add(total(ops.square(ops.subtract(y_true, mean))), apart)
        self.squares.assign(ops.add(self.squares.value, squares))
        self.mean.assign(ops.add(self.mean.value, ops.multiply(step, share)))
        self.count.assign(both)
        self.residual.assign(ops.add(self.residual.value, total(ops.square(ops.subtract(y_true, y_pred)))))
        self.num_samples.assign(ops.add(self.num_samples.value, ops.size(y_true)))

    def result(self) -> Tensor:
        """The score, or those of the outputs, ``(outputs,)``. 0 before the first batch."""
        if not self.built:
            return ops.zeros((), self.dtype)
        squares, residual = self.squares.value, self.residual.value
        constant = ops.equal(squares, 0)
        met = ops.logical_and(ops.equal(residual, 0), ops.greater(self.count.value, 0))
        scores = ops.subtract(1.0, ops.divide(residual, ops.where(constant, 1.0, squares)))
        score = ops.where(constant, ops.cast(met, self.dtype), scores)
        if self.class_aggregation == "variance_weighted_average":
            total = ops.sum(squares)
            weights = ops.where(ops.equal(total, 0), 1.0, squares)
            score = ops.divide(ops.sum(ops.multiply(score, weights)), ops.sum(weights))
        elif self.class_aggregation == "uniform_average":
            score = ops.mean(score)
        if self.num_regressors:
            n = self.num_samples.value
            free = ops.subtract(n, self.num_regressors + 1.0)
            enough = ops.greater(free, 0)
            factor = ops.divide(ops.subtract(n, 1.0), ops.where(enough, free, 1.0))
            score = ops.where(enough, ops.subtract(1.0, ops.multiply(ops.subtract(1.0, score), factor)), score)
        return score

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {"class_aggregation": self.class_aggregation, "num_regressors": self.num_regressors}
        return {**super().get_config(), **own}

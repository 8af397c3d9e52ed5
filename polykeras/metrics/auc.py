"""The area under a curve of two shares over all thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras import config, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.metrics.confusion import ConfusionMetric, checked_thresholds, even_thresholds
from polykeras.typing import Tensor

CURVES = ("ROC", "PR", "PRGAIN")
METHODS = ("interpolation", "minoring", "majoring")


class AUC(ConfusionMetric):
    """The area under the receiver operating characteristic, or under the curve of precision over recall.

    The curve is known at `num_thresholds` thresholds: the more, the closer to the exact area. Predictions lie between 0
    and 1; those outside count as 0 or 1.

    Args:
        num_thresholds: how many, from 0 to 1 at equal distances.
        curve: ``"ROC"``, recall over the share of false positives in what is negative; ``"PR"``, precision over recall;
            ``"PRGAIN"``, the same of the gains over always predicting positive, Flach and Kull 2015.
        summation_method: between two thresholds the curve is a line (``"interpolation"``; for ``"PR"`` the counts are
            interpolated, Davis and Goadrich 2006), or a step at the smaller (``"minoring"``) or larger (``"majoring"``)
            value.
        name, dtype: as of every metric.
        thresholds: to be used instead of `num_thresholds` ones, with one below all predictions and one above.
        multi_label: whether there is a curve for each label; predictions are ``(batch, labels)``. The result is the mean
            of the areas.
        num_labels: of a multi-label metric, if it is to have its variables at once.
        label_weights: one for each label: for the mean of the areas, or, without `multi_label`, for the predictions of
            the label.
        from_logits: whether predictions are logits.

    Raises:
        ArgumentError: there is no such curve or method; too few thresholds, or some not between 0 and 1; `num_labels`
            without `multi_label`.
        ShapeError: multi-label predictions are not ``(batch, labels)``, or there are more or fewer labels than weights.
    """

    _direction = "up"
    _clips = True

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(dtype, name)
        self.curve = _one_of(self.name, "curve", curve, CURVES)
        self.summation_method = _one_of(self.name, "summation_method", summation_method, METHODS)
        if num_labels and not multi_label:
            raise ArgumentError(f"{self.name}: num_labels goes with multi_label=True.")
        if thresholds is None:
            inner = even_thresholds(self.name, num_thresholds, least=2)[1:-1]
        else:
            inner = sorted(checked_thresholds(self.name, thresholds)) if len(thresholds) else []
        self.init_thresholds = None if thresholds is None else inner
        # The outermost lie beyond all predictions, so that the curve has its ends.
        self.thresholds = [-config.epsilon(), *inner, 1.0 + config.epsilon()]
        self.num_thresholds = len(self.thresholds)
        self.multi_label = self._by_label = multi_label
        self.num_labels = num_labels
        self.label_weights = None if label_weights is None else [float(w) for w in np.ravel(label_weights)]
        self._label_weights = None if multi_label else self.label_weights
        self.from_logits = from_logits
        self.built = False
        if not multi_label:
            self.build()
        elif num_labels:
            self.build(None, (None, num_labels))

    def build(self, y_true_shape: Any = None, y_pred_shape: Any = None) -> None:
        """Make the variables, of a multi-label metric for predictions ``(batch, labels)``."""
        shape: tuple[int, ...] = (self.num_thresholds,)
        if self.multi_label:
            if y_pred_shape is None or len(y_pred_shape) != 2:
                raise ShapeError(f"{self.name}: predictions must be (batch, labels), got shape {y_pred_shape}.")
            shape += (int(y_pred_shape[1]),)
        self._add_counts(shape)
        self.built = True

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add a batch."""
        y_pred = ops.convert_to_tensor(y_pred, self.dtype)
        shape = tuple(y_pred.shape)
        if not self.built:
            self.build(None, shape)
        labels = None if not self.multi_label else tuple(self.true_positives.shape)[1]  # type: ignore[attr-defined]
        if labels is not None and (len(shape) != 2 or shape[1] != labels):
            raise ShapeError(f"{self.name}: predictions must be (batch, {labels}), got shape {shape}.")
        if self.label_weights is not None and shape[-1:] != (len(self.label_weights),):
            raise ShapeError(f"{self.name}: {len(self.label_weights)} label_weights for predictions of shape {shape}.")
        if self.from_logits:
            y_pred = ops.sigmoid(y_pred)
        super().update_state(y_true, y_pred, sample_weight)

    def result(self) -> Tensor:
        """The area, or the mean of those of the labels. 0 before the first batch."""
        if not self.built:
            return ops.zeros((), self.dtype)
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self.interpolate_pr_auc()
        x, y = self._gains() if self.curve == "PRGAIN" else self._shares()
        left, right = y[:-1], y[1:]
        if self.summation_method == "interpolation":
            heights = ops.multiply(ops.add(left, right), 0.5)
        else:
            heights = (ops.minimum if self.summation_method == "minoring" else ops.maximum)(left, right)
        return self._mean_of_labels(ops.sum(ops.multiply(_falls(x), heights), axis=0))

    def interpolate_pr_auc(self) -> Tensor:
        """The area under precision over recall, the counts being interpolated between thresholds.

        Davis and Goadrich 2006: with true positives ``t = s p + c`` for p predicted positives, the area between two
        thresholds is the integral of ``t / p`` over the recall, ``s (dt + c log(p1 / p2)) / positives``.
        """
        t, wrong = self._values("true_positives", "false_positives")
        p = ops.add(t, wrong)
        dt = _falls(t)
        slope = ops.divide_no_nan(dt, ops.relu(_falls(p)))
        constant = ops.subtract(t[1:], ops.multiply(slope, p[1:]))
        usable = ops.logical_and(ops.greater(p[:-1], 0), ops.greater(p[1:], 0))
        ratio = ops.where(usable, ops.divide(p[:-1], ops.where(usable, p[1:], 1.0)), 1.0)
        areas = ops.multiply(slope, ops.add(dt, ops.multiply(constant, ops.log(ratio))))
        positives = ops.add(*self._values("true_positives", "false_negatives"))[1:]
        return self._mean_of_labels(ops.sum(ops.divide_no_nan(areas, positives), axis=0))

    def _shares(self) -> tuple[Tensor, Tensor]:
        """The curve's x and y at each threshold."""
        recall = self._share("true_positives", "false_negatives")
        if self.curve == "ROC":
            return self._share("false_positives", "true_negatives"), recall
        return recall, self._share("true_positives", "false_positives")

    def _gains(self) -> tuple[Tensor, Tensor]:
        """Gains of recall and precision: 0 and 1 without true positives; a negative gain of recall counts as 0."""
        tp, wrong, right, missed = self._values(*self.counted)
        odds = ops.divide_no_nan(ops.add(tp, missed), ops.add(right, wrong))
        none = ops.equal(tp, 0)

        def gain(loss: Tensor) -> Tensor:
            return ops.subtract(1.0, ops.multiply(odds, ops.divide_no_nan(loss, tp)))

        return ops.relu(ops.where(none, 0.0, gain(missed))), ops.where(none, 1.0, gain(wrong))

    def _values(self, *names: str) -> list[Tensor]:
        return [getattr(self, name).value for name in names]

    def _mean_of_labels(self, areas: Tensor) -> Tensor:
        if not self.multi_label:
            return areas
        if self.label_weights is None:
            return ops.mean(areas)
        weights = ops.convert_to_tensor(np.asarray(self.label_weights), self.dtype)
        return ops.divide_no_nan(ops.sum(ops.multiply(areas, weights)), ops.sum(weights))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self.from_logits,
        }
        if self.init_thresholds is not None:
            own["thresholds"] = self.init_thresholds
        return {**super().get_config(), **own}


def _falls(x: Tensor) -> Tensor:
    """How much each value is greater than the next."""
    return ops.subtract(x[:-1], x[1:])


def _one_of(label: str, what: str, given: str, allowed: tuple[str, ...]) -> str:
    for name in allowed:
        if given in (name, name.lower(), name.capitalize()):
            return name
    raise ArgumentError(f"{label}: {what} must be one of {', '.join(map(repr, allowed))}, got {given!r}.")

"""Counting true and false positives and negatives at thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.losses.shapes import comparable
from polykeras.losses.weighting import fit_weight
from polykeras.metrics.metric import Metric
from polykeras.typing import Tensor

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")

_FEW = 8
"""Up to so many thresholds, each is compared with every prediction; with more, predictions are sorted into bins."""


def checked_thresholds(label: str, thresholds: Any, default: float = 0.5) -> list[float]:
    """A threshold or several as a list, `default` for None. Raises `ArgumentError` unless they are between 0 and 1."""
    if thresholds is None:
        return [default]
    found = [float(t) for t in np.ravel(thresholds)]
    if not found or not all(0 <= t <= 1 for t in found):
        raise ArgumentError(f"{label}: thresholds must be numbers between 0 and 1, got {thresholds!r}.")
    return found


def even_thresholds(label: str, count: int, least: int) -> list[float]:
    """`count` thresholds from 0 to 1 at equal distances. Raises `ArgumentError` if they are fewer than `least`."""
    if count < least:
        raise ArgumentError(f"{label}: num_thresholds must be at least {least}, got {count!r}.")
    return [i / (count - 1) for i in range(count)] if count > 1 else [0.5]


class ConfusionMetric(Metric):
    """Base of the metrics that count, at thresholds, what is predicted positive or negative, rightly or wrongly.

    A prediction is positive if it is greater than the threshold; a target if it is not 0. A NaN is greater than no
    threshold. Predictions have the shape of the targets, weights that shape or that of the leading axes.

    The counts are sums of weights, one for each threshold, or a row of one for each label.
    """

    counted: ClassVar[tuple[str, ...]] = COUNTS
    """Which of the counts the metric keeps, each in the variable of that name."""

    thresholds: Sequence[float]
    top_k: int | None = None
    class_id: int | None = None
    _clips = False  # whether predictions outside [0, 1] count as 0 or 1
    _by_label = False
    _label_weights: Sequence[float] | None = None

    def _add_counts(self, shape: tuple[int, ...]) -> None:
        for name in self.counted:
            setattr(self, name, self.add_variable(shape, name=name))

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Add a batch."""
        y_true, y_pred = comparable(self.name, y_true, ops.convert_to_tensor(y_pred, self.dtype))
        if self._clips:
            y_pred = ops.clip(y_pred, 0.0, 1.0)
        if self.top_k is not None:
            y_pred = _only_top_k(y_pred, self.top_k)
        if self.class_id is not None:
            y_true, y_pred = self._of_class(y_true), self._of_class(y_pred)
        weight = None if sample_weight is None else ops.convert_to_tensor(sample_weight, self.dtype)
        if weight is not None:
            weight = fit_weight(weight, y_pred)
        if self._label_weights is not None:
            of_labels = ops.convert_to_tensor(np.asarray(self._label_weights), self.dtype)
            weight = of_labels if weight is None else ops.multiply(weight, of_labels)
        found = confusion(y_true, y_pred, self.thresholds, weight, self.counted, self._by_label)
        for name, count in zip(self.counted, found, strict=True):
            variable = getattr(self, name)
            variable.assign(ops.add(variable.value, count))

    def _of_class(self, y: Tensor) -> Tensor:
        shape, i = tuple(y.shape), self.class_id
        if len(shape) < 2 or not 0 <= i < shape[-1]:  # type: ignore[operator]
            raise ShapeError(
                f"{self.name}: there is no class {i} in predictions of shape {shape}; (batch, classes) wanted."
            )
        return y[..., i : i + 1]  # type: ignore[operator]

    def _share(self, part: str, rest: str) -> Tensor:
        """One count as a share of it and another; 0 of none."""
        a, b = getattr(self, part).value, getattr(self, rest).value
        return ops.divide_no_nan(a, ops.add(a, b))

    def _one_or_all(self, values: Tensor) -> Tensor:
        """The number of the only threshold, or those of all."""
        return values[0] if len(self.thresholds) == 1 else values


def confusion(
    y_true: Tensor,
    y_pred: Tensor,
    thresholds: Sequence[float],
    weight: Tensor | None = None,
    counted: Sequence[str] = COUNTS,
    by_label: bool = False,
) -> list[Tensor]:
    """The sums of the weights that are `counted`: one tensor each, ``(thresholds,)``, or ``(thresholds, labels)``.

    `weight` broadcasts over targets and predictions, which have one shape, ``(batch, labels)`` if `by_label`.
    """
    kind = ops.dtype(y_pred)
    columns = int(y_pred.shape[-1]) if by_label else 1
    scores = ops.reshape(y_pred, (-1, columns))
    positive = ops.not_equal(y_true, 0)
    ones = ops.ones((), kind) if weight is None else weight
    cells = []
    for name in counted:
        of_kind = ops.where(positive, ones, 0) if name in _OF_POSITIVES else ops.where(positive, 0, ones)
        cells.append((ops.reshape(of_kind, (-1, columns)), name in _ABOVE))
    limits = np.asarray(thresholds, "float64")
    order = np.argsort(limits, kind="stable")
    if len(limits) <= _FEW:
        above = ops.greater(scores, ops.convert_to_tensor(limits[:, None, None], kind))
        found = [
            ops.sum(ops.where(above, cell, 0) if is_above else ops.where(above, 0, cell), axis=1)
            for cell, is_above in cells
        ]
    else:
        size = len(limits) + 1
        below = ops.searchsorted(ops.convert_to_tensor(limits[order], kind), scores)  # thresholds less than each score
        below = ops.where(ops.isnan(scores), 0, below)
        place = ops.reshape(ops.add(below, np.arange(columns, dtype="int32") * size), (-1,))
        found = []
        for cell, is_above in cells:
            bins = ops.reshape(ops.segment_sum(ops.reshape(cell, (-1,)), place, columns * size), (columns, size))
            if is_above:
                sums = ops.flip(ops.cumsum(ops.flip(bins, 1), 1), 1)[:, 1:]
            else:
                sums = ops.cumsum(bins, 1)[:, :-1]
            found.append(ops.transpose(sums))
        if (np.diff(limits) < 0).any():
            found = [ops.take(sums, np.argsort(order).astype("int32"), axis=0) for sums in found]
    return found if by_label else [sums[:, 0] for sums in found]


_OF_POSITIVES = ("true_positives", "false_negatives")
_ABOVE = ("true_positives", "false_positives")


def _only_top_k(y_pred: Tensor, k: int) -> Tensor:
    """The k largest predictions of the last axis, minus infinity for the others. Of equal ones the first are taken."""
    classes = int(y_pred.shape[-1])
    _, places = ops.top_k(y_pred, k)
    largest = ops.any(ops.one_hot(places, classes, dtype="bool"), axis=-2)
    return ops.where(largest, y_pred, float("-inf"))

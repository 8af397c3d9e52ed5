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

    def rows(x: Tensor) -> Tensor:
        return ops.transpose(x) if by_label else ops.reshape(x, (1, -1))  # (labels, batch)

    scores, positive = rows(y_pred), rows(ops.not_equal(y_true, 0))
    if weight is not None:
        weight = rows(ops.broadcast_to(weight, tuple(y_pred.shape)))
    limits = np.asarray(thresholds, "float64")
    count = _one_by_one if len(limits) <= _FEW else _by_bins
    found = count(scores, positive, limits, weight, counted)
    return found if by_label else [ops.reshape(sums, (len(limits),)) for sums in found]


def _one_by_one(
    scores: Tensor, positive: Tensor, limits: np.ndarray, weight: Tensor | None, counted: Sequence[str]
) -> list[Tensor]:
    """Each threshold compared with each score, ``(labels, batch)``: sums ``(thresholds, labels)``."""
    kind = ops.dtype(scores)
    above = ops.greater(scores, ops.convert_to_tensor(limits[:, None, None], kind))

    def total(name: str) -> Tensor:
        hits = ops.logical_and(
            above if name in _ABOVE else ops.logical_not(above),
            positive if name in _OF_POSITIVES else ops.logical_not(positive),
        )
        return ops.sum(ops.cast(hits, kind) if weight is None else ops.where(hits, weight, 0), axis=-1)

    return [total(name) for name in counted]


def _by_bins(
    scores: Tensor, positive: Tensor, limits: np.ndarray, weight: Tensor | None, counted: Sequence[str]
) -> list[Tensor]:
    """As `_one_by_one`, by sorting the scores into the bins between thresholds, and running sums over these."""
    kind, labels = ops.dtype(scores), int(scores.shape[0])
    order = np.argsort(limits, kind="stable")
    size = len(limits) + 1
    bins = _thresholds_below(ops.where(ops.isnan(scores), float("-inf"), scores), limits[order])
    # The bins of each label's negatives, then of its positives.
    offsets = np.arange(labels, dtype="int32")[:, None] * (2 * size)
    place = ops.add(ops.add(bins, offsets), ops.where(positive, size, 0))
    ones = ops.ones(tuple(scores.shape), kind) if weight is None else weight
    sums = ops.segment_sum(ops.reshape(ones, (-1,)), ops.reshape(place, (-1,)), labels * 2 * size)
    sums = ops.reshape(sums, (labels, 2, size))
    # Summed from either end: a difference of sums would leave rests where there is nothing.
    above = ops.flip(ops.cumsum(ops.flip(sums, -1), -1), -1)[:, :, 1:]
    below = ops.cumsum(sums, -1)[:, :, :-1]
    found = [
        ops.transpose((above if name in _ABOVE else below)[:, 1 if name in _OF_POSITIVES else 0]) for name in counted
    ]
    if (np.diff(limits) < 0).any():
        back = np.argsort(order).astype("int32")
        found = [ops.take(sums, back, axis=0) for sums in found]
    return found


def _thresholds_below(scores: Tensor, limits: np.ndarray) -> Tensor:
    """How many of the sorted `limits` are less than each score. No score is NaN."""
    kind, last = ops.dtype(scores), len(limits) - 1
    even = np.allclose(limits, np.linspace(0, 1, len(limits)), rtol=0, atol=0.01 / last)
    if not even or kind in ("float16", "bfloat16"):  # whose products are not near enough
        return ops.searchsorted(ops.convert_to_tensor(limits, kind), scores)
    # At equal distances a product tells how many, but for one more or less when a score is nearly at a threshold.
    guess = ops.cast(ops.clip(ops.multiply(scores, float(last)), 0.0, float(last)), "int32")
    ends = ops.convert_to_tensor(np.append(limits, np.inf), kind)
    here = ops.less(ops.take(ends, guess, axis=0), scores)
    next_one = ops.less(ops.take(ends, ops.add(guess, 1), axis=0), scores)
    return ops.add(guess, ops.add(ops.cast(here, "int32"), ops.cast(next_one, "int32")))


_OF_POSITIVES = ("true_positives", "false_negatives")
_ABOVE = ("true_positives", "false_positives")


def _only_top_k(y_pred: Tensor, k: int) -> Tensor:
    """The k largest predictions of the last axis, minus infinity for the others. Of equal ones the first are taken."""
    classes = int(y_pred.shape[-1])
    _, places = ops.top_k(y_pred, k)
    largest = ops.any(ops.one_hot(places, classes, dtype="bool"), axis=-2)
    return ops.where(largest, y_pred, float("-inf"))

"""True and false positives and negatives, precision and recall."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.metrics.confusion import ConfusionMetric, checked_thresholds
from polykeras.typing import Tensor


class _Count(ConfusionMetric):
    """One of the counts.

    Args:
        thresholds: one or several between 0 and 1, by default 0.5; the result is a number, or one for each of a list.
        name, dtype: as of every metric.
    """

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.init_thresholds = thresholds
        self.thresholds = checked_thresholds(self.name, thresholds)
        self._add_counts((len(self.thresholds),))

    def result(self) -> Tensor:
        """The sum of the weights that were counted."""
        return self._one_or_all(getattr(self, self.counted[0]).value)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "thresholds": self.init_thresholds}


class TruePositives(_Count):
    """How many targets are rightly predicted positive: greater than the threshold, by default 0.5."""

    counted = ("true_positives",)


class FalsePositives(_Count):
    """How many targets are wrongly predicted positive: greater than the threshold, by default 0.5."""

    counted = ("false_positives",)


class TrueNegatives(_Count):
    """How many targets are rightly predicted negative: not greater than the threshold, by default 0.5."""

    counted = ("true_negatives",)


class FalseNegatives(_Count):
    """How many targets are wrongly predicted negative: not greater than the threshold, by default 0.5."""

    counted = ("false_negatives",)


class _Share(ConfusionMetric):
    """The share of the true positives in what is predicted, or in what is to be found.

    Args:
        thresholds: one or several between 0 and 1, by default 0.5; the result is a number, or one for each of a list.
        top_k: only the k largest predictions of the last axis can be positive; without thresholds, all of them are.
        class_id: look at this class of the last axis only.
        name, dtype: as of every metric.
    """

    _direction = "up"

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if top_k is not None and top_k < 1:
            raise ArgumentError(f"{self.name}: top_k must be at least 1, got {top_k!r}.")
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self.thresholds = checked_thresholds(self.name, thresholds, 0.5 if top_k is None else float("-inf"))
        self._add_counts((len(self.thresholds),))

    def result(self) -> Tensor:
        """The share; 0 of none."""
        return self._one_or_all(self._share(*self.counted))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {"thresholds": self.init_thresholds, "top_k": self.top_k, "class_id": self.class_id}
        return {**super().get_config(), **own}


class Precision(_Share):
    """How much of what is predicted positive is so: ``TP / (TP + FP)``."""

    counted = ("true_positives", "false_positives")


class Recall(_Share):
    """How much of what is positive is predicted so: ``TP / (TP + FN)``."""

    counted = ("true_positives", "false_negatives")

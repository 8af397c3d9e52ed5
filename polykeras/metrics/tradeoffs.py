"""The best of one share at those thresholds where another is large enough."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.metrics.confusion import ConfusionMetric, even_thresholds
from polykeras.typing import Tensor

SHARES = {
    "sensitivity": ("true_positives", "false_negatives"),
    "specificity": ("true_negatives", "false_positives"),
    "precision": ("true_positives", "false_positives"),
    "recall": ("true_positives", "false_negatives"),
}
"""Of which counts each is a share: the first one's in the sum of both."""


class _AtLeast(ConfusionMetric):
    """The best value of one share, at those of `num_thresholds` thresholds from 0 to 1 where another is at least `value`.

    0 if there is no such threshold. Predictions below 0 or above 1 count as 0 or 1. With `class_id`, only that class
    of the last axis is looked at.
    """

    best: ClassVar[str]
    given: ClassVar[str]
    _direction = "up"
    _clips = True

    def __init__(self, value: float, num_thresholds: int, class_id: int | None, name: str | None, dtype: Any) -> None:
        super().__init__(dtype, name)
        if not 0 <= value <= 1:
            raise ArgumentError(f"{self.name}: {self.given} must be between 0 and 1, got {value!r}.")
        self.value = value
        self.num_thresholds = num_thresholds
        self.class_id = class_id
        self.thresholds = even_thresholds(self.name, num_thresholds, least=1)
        self._add_counts((num_thresholds,))

    def result(self) -> Tensor:
        """The best share."""
        allowed = ops.greater_equal(self._share(*SHARES[self.given]), self.value)
        return ops.max(ops.where(allowed, self._share(*SHARES[self.best]), 0.0))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        own = {"class_id": self.class_id, "num_thresholds": self.num_thresholds, self.given: self.value}
        return {**super().get_config(), **own}


class SensitivityAtSpecificity(_AtLeast):
    """The best sensitivity, ``TP / (TP + FN)``, where the specificity, ``TN / (TN + FP)``, is at least `specificity`."""

    best, given = "sensitivity", "specificity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)


class SpecificityAtSensitivity(_AtLeast):
    """The best specificity, ``TN / (TN + FP)``, where the sensitivity, ``TP / (TP + FN)``, is at least `sensitivity`."""

    best, given = "specificity", "sensitivity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)


class PrecisionAtRecall(_AtLeast):
    """The best precision, ``TP / (TP + FP)``, where the recall, ``TP / (TP + FN)``, is at least `recall`."""

    best, given = "precision", "recall"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)


class RecallAtPrecision(_AtLeast):
    """The best recall, ``TP / (TP + FN)``, where the precision, ``TP / (TP + FP)``, is at least `precision`."""

    best, given = "recall", "precision"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)

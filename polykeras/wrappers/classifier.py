"""`SKLearnClassifier`: a model that tells classes apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import type_of_target

from polykeras.errors import ArgumentError
from polykeras.wrappers.estimator import ModelEstimator


class SKLearnClassifier(ClassifierMixin, ModelEstimator):
    """A model as a classifier of scikit-learn: it learns the classes one-hot, and `predict` gives the likeliest.

    The model has one output for each class, for two classes too. For the arguments see `ModelEstimator`. After `fit`,
    `classes_` holds the classes in order.
    """

    several_targets = False

    def decision_function(self, X: Any) -> np.ndarray:
        """The model's outputs, ``(samples, classes)``."""
        return self._outputs(X)

    def _learn_targets(self, y: np.ndarray) -> None:
        kind = type_of_target(y, raise_unknown=True)
        if kind not in ("binary", "multiclass"):
            raise ArgumentError(
                f"SKLearnClassifier: only binary and multiclass target types are supported. Unknown label type: {kind}."
            )
        super()._learn_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) == 1:
            raise ArgumentError("Classifier can't train when only one class is present.")

    def _encode(self, y: np.ndarray) -> np.ndarray:
        return (y.reshape(-1, 1) == self.classes_).astype("float64")

    def _decode(self, outputs: np.ndarray) -> np.ndarray:
        classes = self.classes_[outputs.argmax(-1)]
        return classes if self._target_rank == 1 else classes[:, None]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True
        return tags

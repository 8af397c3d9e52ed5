"""`SKLearnRegressor`: a model that predicts numbers."""

from __future__ import annotations

from typing import Any

from sklearn.base import RegressorMixin

from polykeras.wrappers.estimator import ModelEstimator


class SKLearnRegressor(RegressorMixin, ModelEstimator):
    """A model as a regressor of scikit-learn. For the arguments see `ModelEstimator`."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags

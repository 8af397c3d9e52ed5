"""`SKLearnTransformer`: a model that makes features."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import TransformerMixin

from polykeras.wrappers.estimator import ModelEstimator


class SKLearnTransformer(TransformerMixin, ModelEstimator):
    """A model as a transformer of scikit-learn, a step of a pipeline. For the arguments see `ModelEstimator`."""

    def transform(self, X: Any) -> np.ndarray:
        """The model's outputs for samples."""
        return self._outputs(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

"""What the estimators share: parameters, fitting, predicting, and the shape of targets."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator
from sklearn.utils.metadata_routing import MetadataRequest
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from polykeras.errors import ArgumentError
from polykeras.models import Model


class ModelEstimator(BaseEstimator):
    """A model as an estimator.

    Args:
        model: a compiled model, which is copied before it is fitted; or a function ``f(X, y, **model_kwargs)`` of the
            data as they are fitted that returns one.
        warm_start: whether `fit` goes on with the model that the fit before has left.
        model_kwargs: more arguments of the function, a dictionary.
        fit_kwargs: arguments of `Model.fit`, a dictionary; those given to `fit` itself come first.

    After `fit`, `model_` is the fitted model and `history_` what its `fit` returned.
    """

    model_: Any
    history_: Any
    several_targets = True  # whether `y` may have two axes

    def __init__(
        self,
        model: Any,
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        tags.target_tags.multi_output = self.several_targets
        return tags

    def __sklearn_clone__(self) -> ModelEstimator:
        """An estimator with the same parameters; a model is shared, since `fit` does not change it."""
        return type(self)(self.model, self.warm_start, copy.deepcopy(self.model_kwargs), copy.deepcopy(self.fit_kwargs))

    @property
    def epoch_(self) -> Any:
        """The numbers of the epochs of the last fit; none before it."""
        return self.history_.epoch if hasattr(self, "history_") else []

    def set_fit_request(self, **kwargs: Any) -> ModelEstimator:
        """Which metadata `fit` asks for; see metadata routing in scikit-learn's user guide.

        Raises RuntimeError while routing is switched off, as scikit-learn's own estimators do.
        """
        if not get_config().get("enable_metadata_routing"):
            raise RuntimeError(
                "set_fit_request works with metadata routing alone: sklearn.set_config(enable_metadata_routing=True)."
            )
        self._metadata_request = MetadataRequest(owner=type(self).__name__)
        for name, alias in kwargs.items():
            self._metadata_request.fit.add_request(param=name, alias=alias)
        return self

    def fit(self, X: Any, y: Any, **kwargs: Any) -> ModelEstimator:
        """Fit a model to samples `X`, ``(samples, features)``, and targets `y`, ``(samples,)`` or ``(samples, n)``.

        `kwargs` go to `Model.fit`. Raises `ArgumentError` for data or targets that cannot be fitted, and RuntimeError
        for a model that is not compiled.
        """
        X, y = validate_data(self, X, y, multi_output=self.several_targets, y_numeric=self.several_targets)
        self._learn_targets(y)
        y = self._encode(y)
        model = self.model_ if self.warm_start and hasattr(self, "model_") else self._new_model(X, y)
        if not isinstance(model, Model) or not model.compiled or not model.loss or not model.optimizer:
            raise RuntimeError(
                f"{type(self).__name__}: the model must be compiled with a loss and an optimizer before it is fitted, "
                f"got {model!r}."
            )
        self.history_ = model.fit(X, y, **{**(self.fit_kwargs or {}), **kwargs})
        self.model_ = model
        return self

    def predict(self, X: Any) -> Any:
        """What the model says of samples, in the shape of the targets."""
        return self._decode(self._outputs(X))

    def _outputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return np.asarray(self.model_.predict(X, verbose=0))

    def _new_model(self, X: np.ndarray, y: np.ndarray) -> Any:
        if isinstance(self.model, Model):
            return copy.deepcopy(self.model)
        if not callable(self.model):
            raise ArgumentError(f"{type(self).__name__}: model must be a model or a function, got {self.model!r}.")
        return self.model(X=X, y=y, **(self.model_kwargs or {}))

    def _learn_targets(self, y: np.ndarray) -> None:
        _kind_of_target(y)
        self._target_rank = y.ndim

    def _encode(self, y: np.ndarray) -> np.ndarray:
        """Targets as the model learns them."""
        return y.reshape(-1, 1) if y.ndim == 1 else y

    def _decode(self, outputs: np.ndarray) -> np.ndarray:
        """What the model gives as targets are."""
        return outputs[:, 0] if self._target_rank == 1 and outputs.ndim == 2 and outputs.shape[1] == 1 else outputs


def _kind_of_target(y: np.ndarray) -> str:
    kind = str(type_of_target(y))
    if kind == "unknown":
        raise ArgumentError(f"Unknown label type: {y!r:.200}.")
    return kind

"""Models as estimators of scikit-learn, with Keras 1's arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.v1.models import Sequential
from polykeras.v1.utils.np_utils import to_categorical


class BaseWrapper:
    """What classifiers and regressors share.

    Args:
        build_fn: a function that returns a compiled model; or leave it out in a subclass that defines ``__call__``.
        **sk_params: arguments of `build_fn`, and of the model's `fit`, `predict` and `evaluate`.

    Raises `ArgumentError` for an argument that none of them takes.
    """

    _methods: ClassVar[tuple[Callable[..., Any], ...]] = (
        Sequential.fit,
        Sequential.predict,
        Sequential.predict_classes,
        Sequential.evaluate,
    )

    _estimator_type: ClassVar[str | None] = None

    def __init__(self, build_fn: Any = None, **sk_params: Any) -> None:
        self.build_fn, self.sk_params = build_fn, sk_params
        self.check_params(sk_params)

    @property
    def _build(self) -> Callable[..., Any]:
        if self.build_fn is None:
            own: Any = self
            return own.__call__  # type: ignore[no-any-return]
        is_function = inspect.isfunction(self.build_fn) or inspect.ismethod(self.build_fn)
        return self.build_fn if is_function else self.build_fn.__call__

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model")

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn, from 1.6 on, asks estimators for."""
        from sklearn.utils import ClassifierTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type=self._estimator_type,
            target_tags=TargetTags(required=True, multi_output=True),
            classifier_tags=ClassifierTags() if self._estimator_type == "classifier" else None,
            regressor_tags=RegressorTags() if self._estimator_type == "regressor" else None,
            non_deterministic=True,
        )

    def check_params(self, params: dict[str, Any]) -> None:
        """Raise `ArgumentError` for names that neither `build_fn` nor a method of the model takes."""
        known = {"nb_epoch"}
        for f in (*self._methods, self._build):
            known.update(inspect.signature(f).parameters)
        unknown = [name for name in params if name not in known]
        if unknown:
            raise ArgumentError(
                f"{type(self).__name__}: {', '.join(unknown)} is no argument of the model or of build_fn."
            )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments, and `build_fn`."""
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> BaseWrapper:
        """Set arguments."""
        self.build_fn = params.pop("build_fn", self.build_fn)
        self.check_params(params)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, fn: Callable[..., Any], override: dict[str, Any] | None = None) -> dict[str, Any]:
        """The arguments that `fn` takes, updated by `override`."""
        names = inspect.signature(fn).parameters
        return {k: v for k, v in self.sk_params.items() if k in names} | (override or {})

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Any:
        """Build the model and train it; returns its history."""
        self.model = self._build(**self.filter_sk_params(self._build))
        loss = getattr(self.model.loss, "__name__", self.model.loss)
        y = np.asarray(y)
        if loss == "categorical_crossentropy" and y.ndim != 2:
            y = to_categorical(y)
        return self.model.fit(X, y, **(self.filter_sk_params(Sequential.fit) | kwargs))


class KerasClassifier(BaseWrapper):
    """A model as a classifier. For the arguments see `BaseWrapper`."""

    _estimator_type = "classifier"

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Any:
        """Build the model and train it on classes, or on rows with a 1; returns its history."""
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
            return super().fit(X, y, **kwargs)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        return super().fit(X, numbers.reshape(len(y)), **kwargs)

    def predict(self, X: Any, **kwargs: Any) -> Any:
        """The classes."""
        options = self.filter_sk_params(Sequential.predict_classes, kwargs)
        return self.classes_[self.model.predict_classes(X, **{"verbose": 0, **options})]

    def predict_proba(self, X: Any, **kwargs: Any) -> Any:
        """The probabilities of the classes; two columns where the model has one output."""
        options = self.filter_sk_params(Sequential.predict_proba, kwargs)
        proba = self.model.predict_proba(X, **{"verbose": 0, **options})
        return np.hstack([1 - proba, proba]) if proba.shape[1] == 1 else proba

    def score(self, X: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy, which the model must have among its metrics."""
        y = np.asarray(y)
        if y.ndim == 1 or y.shape[1] == 1:
            y = np.searchsorted(self.classes_, y.ravel())
            if getattr(self.model.loss, "__name__", self.model.loss) == "categorical_crossentropy":
                y = to_categorical(y, len(self.classes_))
        options = self.filter_sk_params(Sequential.evaluate, kwargs)
        values = self.model.evaluate(X, y, **{"verbose": 0, **options})
        for name, value in zip(self.model.metrics_names, np.atleast_1d(values), strict=True):
            if name in ("acc", "accuracy"):  # as Keras 1 and as today's models call it
                return float(value)
        raise ArgumentError('score: the model has no accuracy; compile it with metrics=["accuracy"].')


class KerasRegressor(BaseWrapper):
    """A model as a regressor. For the arguments see `BaseWrapper`."""

    _estimator_type = "regressor"

    def predict(self, X: Any, **kwargs: Any) -> Any:
        """The predictions."""
        return np.squeeze(self.model.predict(X, **self.filter_sk_params(Sequential.predict, kwargs)))

    def score(self, X: Any, y: Any, **kwargs: Any) -> float:
        """The loss, as in Keras 1: less is better.

        Searches for the best parameters take more for better: give them a scoring, such as ``"neg_mean_squared_error"``.
        """
        options = self.filter_sk_params(Sequential.evaluate, kwargs)
        values = self.model.evaluate(X, y, **{"verbose": 0, **options})
        return float(values[0] if isinstance(values, list) else values)

"""Models as estimators: what they learn, their parameters, pipelines, and what is refused."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn import config_context
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from polykeras import layers, models, wrappers
from polykeras.errors import ArgumentError

X = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")


def linear(X: Any, y: Any, rate: float = 0.1, activation: str | None = None) -> models.Model:
    from polykeras.optimizers import SGD

    inputs = layers.Input((X.shape[1],))
    outputs = layers.Dense(y.shape[1] if y.ndim > 1 else 1, activation, kernel_initializer="zeros")(inputs)
    model = models.Model(inputs, outputs)
    model.compile(SGD(rate), "mse" if activation is None else "categorical_crossentropy")
    return model


def regressor(**options: Any) -> wrappers.SKLearnRegressor:
    return wrappers.SKLearnRegressor(linear, fit_kwargs={"epochs": 30, "verbose": 0}, **options)


@pytest.mark.parametrize("outputs", [None, 1, 2])
def test_a_regressor_learns_and_keeps_the_shape_of_the_targets(outputs: int | None) -> None:
    slope = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 3.0]], "float32")[: outputs or 1].T
    y = X @ slope + 0.25
    y = y[:, 0] if outputs is None else y
    fitted = regressor().fit(X, y)
    assert fitted.predict(X).shape == y.shape
    assert fitted.score(X, y) > 0.99
    assert fitted.epoch_ == list(range(30))
    assert fitted.history_.history["loss"][-1] < 0.01


@pytest.mark.parametrize("names", [np.array([3, 7]), np.array(["ant", "bee", "cow"])])
def test_a_classifier_predicts_the_classes_it_was_given(names: np.ndarray) -> None:
    places = X[:, : len(names)].argmax(-1)
    classifier = wrappers.SKLearnClassifier(
        linear, model_kwargs={"activation": "softmax", "rate": 1.0}, fit_kwargs={"epochs": 40, "verbose": 0}
    ).fit(X, names[places])
    assert classifier.classes_.tolist() == names.tolist()
    scores = classifier.decision_function(X)
    assert scores.shape == (60, len(names))
    np.testing.assert_array_equal(classifier.predict(X), names[scores.argmax(-1)])
    assert classifier.score(X, names[places]) > 0.9


def test_a_transformer_hands_on_what_the_model_gives() -> None:
    transformer = wrappers.SKLearnTransformer(linear, fit_kwargs={"verbose": 0})
    features = transformer.fit_transform(X, X[:, :2])
    np.testing.assert_array_equal(features, transformer.model_.predict(X, verbose=0))
    pipeline = make_pipeline(StandardScaler(), transformer, regressor()).fit(X, X[:, 0])
    assert pipeline.predict(X).shape == (60,)


def test_a_model_is_copied_before_it_is_fitted_but_for_a_warm_start() -> None:
    model = linear(X, X)
    fitted = wrappers.SKLearnRegressor(model, fit_kwargs={"epochs": 1, "verbose": 0}).fit(X, X)
    assert not model.get_weights()[0].any()
    assert fitted.model_ is not model and fitted.model_.get_weights()[0].any()
    warm = regressor(warm_start=True).fit(X, X)
    once = warm.model_
    assert warm.fit(X, X).model_ is once
    cold = regressor().fit(X, X)
    first = cold.model_
    assert cold.fit(X, X).model_ is not first


def test_parameters_can_be_searched_and_cloned() -> None:
    search = GridSearchCV(regressor(), {"model_kwargs": [{"rate": 1e-6}, {"rate": 0.1}]}, cv=2)
    search.fit(X, X[:, 0])
    assert search.best_params_ == {"model_kwargs": {"rate": 0.1}}
    twin = clone(regressor(model_kwargs={"rate": 0.3}))
    assert twin.get_params()["model_kwargs"] == {"rate": 0.3}
    assert twin.fit_kwargs == {"epochs": 30, "verbose": 0}


def test_arguments_of_fit_come_before_those_of_the_constructor_and_change_nothing() -> None:
    estimator = regressor()
    assert len(estimator.fit(X, X, epochs=2).history_.epoch) == 2
    assert estimator.fit_kwargs == {"epochs": 30, "verbose": 0}


@pytest.mark.parametrize("again", [copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])
def test_fitted_estimators_can_be_copied(again: Any) -> None:
    fitted = regressor().fit(X, X)
    np.testing.assert_array_equal(again(fitted).predict(X), fitted.predict(X))


def test_metadata_routing() -> None:
    with pytest.raises(RuntimeError, match="enable_metadata_routing=True"):
        regressor().set_fit_request(sample_weight=True)
    with config_context(enable_metadata_routing=True):
        asked = regressor().set_fit_request(sample_weight=True)
        assert asked.get_metadata_routing().fit.requests == {"sample_weight": True}


def test_what_cannot_be_fitted_is_refused() -> None:
    def uncompiled(X: Any, y: Any) -> models.Model:
        return models.Sequential([layers.Dense(1)])

    with pytest.raises(RuntimeError, match="must be compiled with a loss and an optimizer"):
        wrappers.SKLearnRegressor(uncompiled).fit(X, X)
    with pytest.raises(ArgumentError, match="model must be a model or a function, got 3"):
        wrappers.SKLearnRegressor(3).fit(X, X)
    with pytest.raises(ValueError, match="only binary and multiclass target types"):
        wrappers.SKLearnClassifier(linear).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="when only one class is present"):
        wrappers.SKLearnClassifier(linear).fit(X, np.ones(60, int))
    with pytest.raises(AttributeError, match="no attribute 'SKLearn'"):
        _ = wrappers.SKLearn


def test_scikit_learn_is_imported_when_a_class_is_asked_for_and_its_lack_is_explained() -> None:
    code = (
        "import sys, polykeras.wrappers as w\n"
        "assert 'sklearn' not in sys.modules\n"
        "sys.modules['sklearn'] = None\n"
        "try:\n    w.SKLearnClassifier\nexcept ImportError as e:\n    print(e)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "polykeras.wrappers.SKLearnClassifier needs scikit-learn: pip install scikit-learn" in said

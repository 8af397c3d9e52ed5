"""The wrappers pass scikit-learn's own checks of estimators, but for what is said here."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("sklearn")

from sklearn.utils.estimator_checks import parametrize_with_checks

from polykeras import layers, models, optimizers, random, wrappers

RAW = "decision_function gives an output for each class, for two classes too, where scikit-learn has one number"
EXPECTED_FAILURES: dict[str, dict[str, str]] = {
    "SKLearnClassifier": {"check_classifiers_train": RAW, "check_classifiers_classes": RAW},
    "SKLearnRegressor": {"check_regressor_multioutput": "the check wants float64, a model predicts in its own dtype"},
    "SKLearnTransformer": {},
}


class Network:
    """Makes a compiled model for data. A class, since functions show their address, which would be in the tests' names."""

    def __call__(self, X: Any, y: Any, loss: str, activation: str | None = None, sizes: tuple[int, ...] = (10,)) -> Any:
        """One hidden layer of each of the `sizes`."""
        random.set_random_seed(0)  # the checks want two fits to agree
        x = inputs = layers.Input((X.shape[1],))
        for size in sizes:
            x = layers.Dense(size, "relu")(x)
        model = models.Model(inputs, layers.Dense(y.shape[1] if y.ndim > 1 else 1, activation)(x))
        model.compile(optimizers.RMSprop(0.05), loss)
        return model

    def __repr__(self) -> str:
        return "network"


network = Network()

ESTIMATORS = [
    wrappers.SKLearnClassifier(
        network,
        model_kwargs={"loss": "categorical_crossentropy", "activation": "softmax", "sizes": (20, 20)},
        fit_kwargs={"epochs": 20, "verbose": 0},
    ),
    wrappers.SKLearnRegressor(network, model_kwargs={"loss": "mse"}, fit_kwargs={"verbose": 0}),
    wrappers.SKLearnTransformer(network, model_kwargs={"loss": "mse"}, fit_kwargs={"verbose": 0}),
]


@parametrize_with_checks(
    ESTIMATORS,
    expected_failed_checks=lambda estimator: EXPECTED_FAILURES[type(estimator).__name__],
    xfail_strict=True,
)
def test_check(estimator: Any, check: Any) -> None:
    check(estimator)

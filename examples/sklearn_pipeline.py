"""A network as a step of a scikit-learn pipeline: scaling, cross-validation and a grid search come from there.

python examples/sklearn_pipeline.py
"""

from __future__ import annotations

import argparse

import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import polykeras as keras
from polykeras import layers
from polykeras.wrappers import SKLearnClassifier


def build_model(X: np.ndarray, y: np.ndarray, units: int = 8) -> keras.Model:
    """A compiled network for these data; `y` comes one-hot."""
    model = keras.Sequential(
        [
            keras.Input(X.shape[1:]),
            layers.Dense(units, activation="relu"),
            layers.Dense(y.shape[1], activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(2e-2), "categorical_crossentropy")
    return model


def main(epochs: int = 20) -> dict[str, float]:
    """Return the accuracy of one size, cross-validated, and the best of three sizes with its accuracy."""
    keras.set_random_seed(1)
    X, y = load_wine(return_X_y=True)  # 178 wines of three growers, 13 measurements each
    network = SKLearnClassifier(build_model, fit_kwargs={"epochs": epochs, "verbose": 0})
    pipeline = make_pipeline(StandardScaler(), network)
    results = {"accuracy": float(cross_val_score(pipeline, X, y, cv=3).mean())}
    sizes = {"sklearnclassifier__model_kwargs": [{"units": units} for units in (2, 8, 32)]}
    search = GridSearchCV(pipeline, sizes, cv=3).fit(X, y)
    results["best_units"] = float(search.best_params_["sklearnclassifier__model_kwargs"]["units"])
    results["best_accuracy"] = float(search.best_score_)
    print(", ".join(f"{name} {value:.3f}" for name, value in results.items()))
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=20)
    main(parser.parse_args().epochs)

"""Models train on the backend along the path that they take on NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import config, layers, ops, optimizers, plugins
from polykeras.backend import Backend
from polykeras.scope import backend_scope
from polykeras_conformance import cases
from polykeras_conformance.generation import generated

pytestmark = pytest.mark.level("training")

STEPS = 5
NEAR = 1e-4
"""How far losses in float32 may be apart, relative to their size, after so many steps."""


@dataclass(frozen=True)
class Recipe:
    """A model, and data to train it with."""

    id: str
    build: Callable[[], Any]  # a compiled model
    data: Callable[[np.random.Generator], tuple[Any, Any]]  # inputs and targets


def _mlp() -> Any:
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, activation="tanh"), layers.Dense(3, activation="softmax")]
    )
    sgd = optimizers.SGD(0.2, momentum=0.9, nesterov=True)
    model.compile(sgd, "categorical_crossentropy", metrics=["accuracy"])
    return model


def _vectors(random: np.random.Generator) -> tuple[Any, Any]:
    return random.normal(size=(8, 6)).astype("float32"), np.eye(3, dtype="float32")[random.integers(0, 3, 8)]


def _sparse() -> Any:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3)])
    model.compile(optimizers.Adam(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _vectors_and_labels(random: np.random.Generator) -> tuple[Any, Any]:
    return random.normal(size=(8, 6)).astype("float32"), random.integers(0, 3, 8)


def _cnn() -> Any:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(3, 2, strides=2, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizers.SGD(0.05, momentum=0.9), "sparse_categorical_crossentropy")
    return model


def _images(random: np.random.Generator) -> tuple[Any, Any]:
    return random.normal(size=(6, 8, 8, 2)).astype("float32"), random.integers(0, 3, 6)


def _recurrent() -> Any:
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(12, 4, mask_zero=True),
            layers.LSTM(5),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizers.RMSprop(0.02), "binary_crossentropy")
    return model


def _sentences(random: np.random.Generator) -> tuple[Any, Any]:
    words = random.integers(1, 12, (6, 7))
    words[0, 3:] = words[1, 6:] = words[2, :2] = 0
    words[3, 4] = 0
    return words.astype("int32"), random.integers(0, 2, (6, 1)).astype("float32")


def _functional() -> Any:
    first, second = keras.Input((4,)), keras.Input((4,))
    shared = layers.Dense(5, activation="tanh")
    both = layers.concatenate([shared(first), shared(second)])
    regression, label = layers.Dense(1)(both), layers.Dense(2, activation="softmax")(both)
    model = keras.Model([first, second], [regression, label])
    model.compile(optimizers.Adam(0.03), ["mse", "sparse_categorical_crossentropy"], loss_weights=[0.5, 2.0])
    return model


def _pairs(random: np.random.Generator) -> tuple[Any, Any]:
    inputs = [random.normal(size=(6, 4)).astype("float32") for _ in range(2)]
    return inputs, [random.normal(size=(6, 1)).astype("float32"), random.integers(0, 2, 6)]


def _dropout() -> Any:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(16), layers.Dropout(0.5, seed=3), layers.Dense(3)])
    model.compile(optimizers.SGD(0.1), "mse")
    return model


RECIPES = [
    Recipe("mlp", _mlp, _vectors),
    Recipe("sparse-labels", _sparse, _vectors_and_labels),
    Recipe("cnn", _cnn, _images),
    Recipe("lstm", _recurrent, _sentences),
    Recipe("functional", _functional, _pairs),
    Recipe("dropout", _dropout, _vectors),
]


def recipes(backend: Backend) -> list[Recipe]:
    """The table."""
    return RECIPES


@contextmanager
def _portable() -> Iterator[None]:
    """Inside, random numbers are the same on every backend."""
    before = config.portable_random()
    config.set_portable_random(True)
    try:
        yield
    finally:
        config.set_portable_random(before)


def _model(recipe: Recipe) -> Any:
    keras.set_random_seed(11)
    return recipe.build()


def _data(recipe: Recipe, seed: int = 0) -> tuple[Any, Any]:
    return recipe.data(np.random.default_rng(seed))


@dataclass(frozen=True)
class Run:
    """What a short training left."""

    start: list[np.ndarray]
    losses: list[float]
    weights: list[np.ndarray]
    predictions: list[np.ndarray]


def _train(recipe: Recipe) -> Run:
    """A few steps, each on a batch of its own."""
    with _portable():
        model = _model(recipe)
        start = model.get_weights()
        losses = [float(model.train_on_batch(*_data(recipe, seed), return_dict=True)["loss"]) for seed in range(STEPS)]
        return Run(start, losses, model.get_weights(), _as_list(model.predict(_data(recipe)[0], verbose=0)))


def _as_list(predictions: Any) -> list[np.ndarray]:
    return predictions if isinstance(predictions, list) else [predictions]


@cache
def _on_numpy(recipe: Recipe) -> Run:
    with backend_scope(plugins.load("numpy")):
        return _train(recipe)


@generated(recipes, quick=1)
def test_trajectory(backend: Backend, case: Recipe) -> None:
    """From the same seed: the same initial weights, and losses, weights, states and predictions as on NumPy.

    A model on NumPy that is given the trained weights predicts what the trained model does.
    """
    found, expected = _train(case), _on_numpy(case)
    for a, b in zip(found.start, expected.start, strict=True):
        assert np.array_equal(a, b), f"{case.id}: initial weights of shape {a.shape} differ from those on NumPy"
    np.testing.assert_allclose(found.losses, expected.losses, rtol=NEAR, atol=NEAR, err_msg=f"losses of {case.id}")
    assert len(set(found.losses)) == STEPS, f"{case.id}: the loss stands still, {found.losses}"
    for n, (a, b) in enumerate(zip(found.weights, expected.weights, strict=True)):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4, err_msg=f"weight {n} of {case.id}")
    with backend_scope("numpy"):
        twin = _model(case)
        twin.set_weights(found.weights)
        predictions = _as_list(twin.predict(_data(case)[0], verbose=0))
    for a, b in zip(found.predictions, predictions, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5, err_msg=f"predictions of {case.id}")


def quick_recipes(backend: Backend) -> list[Recipe]:
    """Two that are not slow step by step on a backend that compiles each op."""
    return [r for r in RECIPES if cases.amount == "thorough" or r.id in ("mlp", "dropout")]


@generated(quick_recipes, quick=1)
def test_eager_steps(backend: Backend, case: Recipe) -> None:
    """Steps that are not compiled give the same losses."""
    with _portable():
        model = _model(case)
        model.run_eagerly = True
        losses = [float(model.train_on_batch(*_data(case, seed), return_dict=True)["loss"]) for seed in range(3)]
    np.testing.assert_allclose(losses, _on_numpy(case).losses[:3], rtol=NEAR, atol=NEAR)


def _fit() -> tuple[dict[str, list[float]], dict[str, float], np.ndarray]:
    recipe = RECIPES[0]
    x, y = _data(recipe)
    x, y = np.concatenate([x, x + 0.1, x[:3]]), np.concatenate([y, y, y[:3]])
    model = _model(recipe)
    history = model.fit(x, y, batch_size=4, epochs=3, validation_data=(x[:5], y[:5]), verbose=0).history
    return history, model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True), model.predict(x, verbose=0)


@pytest.mark.slow
def test_fit(backend: Backend) -> None:
    """`fit` with shuffling, an unequal last batch and validation, then `evaluate` and `predict`, as on NumPy."""
    found = _fit()
    with backend_scope("numpy"):
        expected = _fit()
    assert set(found[0]) == set(expected[0]) and set(found[1]) == set(expected[1])
    for key, values in expected[0].items():
        np.testing.assert_allclose(found[0][key], values, rtol=1e-3, atol=1e-4, err_msg=key)
    for key, value in expected[1].items():
        np.testing.assert_allclose(found[1][key], value, rtol=1e-3, atol=1e-4, err_msg=key)
    np.testing.assert_allclose(found[2], expected[2], rtol=1e-3, atol=1e-4)


def test_learns(backend: Backend) -> None:
    """A separable problem is learned."""
    random = np.random.default_rng(4)
    x = random.normal(size=(120, 2)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")
    keras.set_random_seed(1)
    model = keras.Sequential([keras.Input((2,)), layers.Dense(16, activation="tanh"), layers.Dense(2)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers.Adam(0.05), loss, metrics=["accuracy"])
    history = model.fit(x, y, batch_size=20, epochs=40, verbose=0).history
    assert history["accuracy"][-1] > 0.93 and history["loss"][-1] < 0.3 * history["loss"][0], history["loss"][::8]


@pytest.mark.slow
def test_masked_steps_do_not_count(backend: Backend) -> None:
    """What stands where the mask is false changes neither output nor training; a masked tail is as none."""
    recipe = next(r for r in RECIPES if r.id == "lstm")
    words, targets = _data(recipe)
    model = _model(recipe)
    embedding = model.layers[0]
    full = model.predict(words, verbose=0)
    np.testing.assert_allclose(model.predict(words[:1, :3], verbose=0), full[:1], rtol=1e-5, atol=1e-6)
    weights = model.get_weights()
    changed = [w.copy() for w in weights]
    changed[0][0] += 5.0  # the vector of word 0, which is never looked at
    model.set_weights(changed)
    np.testing.assert_allclose(model.predict(words, verbose=0), full, rtol=1e-5, atol=1e-6)
    loss = model.train_on_batch(words, targets)
    after = embedding.get_weights()[0]
    assert np.array_equal(after[0], changed[0][0]), "a masked word was trained"
    assert not np.array_equal(after[1:], changed[0][1:])
    reference = _model(recipe)
    np.testing.assert_allclose(reference.train_on_batch(words, targets), loss, rtol=1e-5)


@pytest.mark.slow
def test_dropout(backend: Backend) -> None:
    """The same seed drops the same; another seed others; a second step others again; inference drops nothing."""
    recipe = next(r for r in RECIPES if r.id == "dropout")
    x, y = _data(recipe)

    def losses(seed: int) -> list[float]:
        keras.set_random_seed(11)
        model = keras.Sequential([keras.Input((6,)), layers.Dense(16), layers.Dropout(0.5, seed=seed), layers.Dense(3)])
        model.compile(optimizers.SGD(0.0), "mse")
        return [float(model.train_on_batch(x, y)) for _ in range(3)]

    first = losses(3)
    assert first == losses(3) and first != losses(4)
    assert len(set(first)) == 3, f"dropout drops the same at each step: {first}"
    model = _model(recipe)
    assert np.array_equal(model.predict(x, verbose=0), model.predict(x, verbose=0))


def test_batch_statistics(backend: Backend) -> None:
    """Batch normalization uses the batch's statistics in training, keeps a running mean, and uses that afterwards."""
    x = np.random.default_rng(2).normal(3.0, 2.0, (200, 3)).astype("float32")
    layer = layers.BatchNormalization(momentum=0.5)
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile(optimizers.SGD(0.0), "mse")
    trained = ops.convert_to_numpy(model(x, training=True))
    np.testing.assert_allclose(trained.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(trained.std(0), 1, atol=1e-2)
    keras.set_random_seed(0)
    fresh = layers.BatchNormalization(momentum=0.5)
    model = keras.Sequential([keras.Input((3,)), fresh])
    model.compile(optimizers.SGD(0.0), "mse")
    model.train_on_batch(x, x)
    np.testing.assert_allclose(fresh.get_weights()[2], 0.5 * x.mean(0), rtol=1e-4)
    np.testing.assert_allclose(fresh.get_weights()[3], 0.5 + 0.5 * x.var(0), rtol=1e-4)
    expected = (x - 0.5 * x.mean(0)) / np.sqrt(0.5 + 0.5 * x.var(0) + 1e-3)
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-4)

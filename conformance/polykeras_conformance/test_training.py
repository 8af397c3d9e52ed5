"""Models train on the backend along the path that they take on NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import config, dtype_policies, layers, ops, optimizers, plugins, tree
from polykeras.backend import Backend
from polykeras.scope import backend_scope
from polykeras_conformance import cases, tables
from polykeras_conformance.generation import generated
from polykeras_conformance.model_cases.case import ROWS, ModelCase, computing_in

pytestmark = pytest.mark.level("training")

STEPS = 20
EAGER_STEPS = 3
MODELS: dict[str, ModelCase] = tables.entries("polykeras_conformance.model_cases", "CASES")


@dataclass(frozen=True)
class Trial:
    """A model of the table, trained in a dtype policy."""

    name: str
    policy: str

    @property
    def id(self) -> str:
        """The name in the ids of tests."""
        return f"{self.name}-{self.policy}"

    @property
    def case(self) -> ModelCase:
        """The row of the table."""
        return MODELS[self.name]

    def runs_on(self, backend: Backend) -> bool:
        """Whether `backend` holds the dtypes that the policy needs."""
        policy = dtype_policies.get(self.policy)
        return {policy.compute_dtype, policy.variable_dtype} <= set(backend.dtypes)


def trials(backend: Backend) -> list[Trial]:
    """The table in each dtype; where each op is compiled, in float64 what is quick only. With ``--quick``, that alone."""
    found = []
    for name, case in MODELS.items():
        policies = case.policies()
        if cases.amount == "quick":
            policies = policies[:1] if case.quick else ()
        elif cases.compiles_each_op(backend) and not case.quick:
            policies = policies[:1]
        found += [Trial(name, policy) for policy in policies]
    return [trial for trial in found if trial.runs_on(backend)]


def eager_trials(backend: Backend) -> list[Trial]:
    """Each model in its first policy; only those that are quick where each op is compiled, which is slow step by step."""
    few = cases.compiles_each_op(backend)
    return [t for t in trials(backend) if t.policy == t.case.policies()[0] and (t.case.quick or not few)]


@contextmanager
def _portable() -> Iterator[None]:
    """Inside, random numbers are the same on every backend."""
    before = config.portable_random()
    config.set_portable_random(True)
    try:
        yield
    finally:
        config.set_portable_random(before)


def _losses(model: Any, case: ModelCase, steps: int) -> list[float]:
    """The loss of each step, each on a batch of its own."""
    found = []
    for step in range(steps):
        model.reset_metrics()
        found.append(float(model.train_on_batch(*case.arguments(step), return_dict=True)["loss"]))
    return found


@dataclass(frozen=True)
class Run:
    """What a short training left."""

    start: list[np.ndarray]
    losses: list[float]
    weights: list[np.ndarray]


def _train(trial: Trial) -> Run:
    with _portable(), computing_in(trial.policy):
        model = trial.case.model()
        start = model.get_weights()
        return Run(start, _losses(model, trial.case, STEPS), model.get_weights())


@cache
def _on_numpy(trial: Trial) -> Run:
    with backend_scope(plugins.load("numpy")):
        return _train(trial)


@generated(trials, quick=2)
def test_trajectory(backend: Backend, case: Trial) -> None:
    """From the same seed: the same initial weights to the bit, and the same losses, weights and states as on NumPy."""
    found, expected = _train(case), _on_numpy(case)
    for a, b in zip(found.start, expected.start, strict=True):
        assert a.dtype == b.dtype
        assert np.array_equal(a, b), f"{case.id}: initial weights of shape {a.shape} differ from those on NumPy"
    near = case.case.tolerance(case.policy)
    np.testing.assert_allclose(found.losses, expected.losses, rtol=near, err_msg=f"losses of {case.id}")
    assert len(set(found.losses)) == STEPS, f"{case.id}: the loss stands still, {found.losses}"
    for n, (a, b) in enumerate(zip(found.weights, expected.weights, strict=True)):
        np.testing.assert_allclose(a, b, rtol=10 * near, atol=near, err_msg=f"weight {n} of {case.id}")


@generated(eager_trials, quick=1)
def test_eager_steps(backend: Backend, case: Trial) -> None:
    """Steps that are not compiled give the same losses."""
    with _portable(), computing_in(case.policy):
        model = case.case.model()
        model.run_eagerly = True
        losses = _losses(model, case.case, EAGER_STEPS)
    expected = _on_numpy(case).losses[:EAGER_STEPS]
    np.testing.assert_allclose(losses, expected, rtol=case.case.tolerance(case.policy))


@pytest.mark.slow
@generated(eager_trials)
def test_predictions(backend: Backend, case: Trial) -> None:
    """Given the weights that training on NumPy left, the model predicts what it predicts there."""
    trained = _on_numpy(case)
    inputs = case.case.arguments(0)[0]

    def predictions(model: Any) -> list[np.ndarray]:
        with computing_in(case.policy):
            return tree.flatten(model.predict(inputs, batch_size=ROWS, verbose=0))

    with computing_in(case.policy):
        model = case.case.model()
    model.set_weights(trained.weights)
    near = case.case.tolerance(case.policy)
    with backend_scope("numpy"), computing_in(case.policy):
        twin = case.case.model()
        twin.set_weights(trained.weights)
        expected = predictions(twin)
    for a, b in zip(predictions(model), expected, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=near, atol=near / 10, err_msg=f"predictions of {case.id}")


def _fit() -> tuple[dict[str, list[float]], dict[str, float], np.ndarray]:
    case = MODELS["mlp"]
    x, y = (np.concatenate([case.arguments(step)[i] for step in range(5)])[:-1] for i in range(2))
    with _portable():
        model = case.model()
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
    random = np.random.default_rng(0)
    words = random.integers(1, 9, (4, 5)).astype("int32")
    words[0, 3:] = words[1, :2] = words[2, 2] = 0
    targets = random.integers(0, 2, (4, 1)).astype("float32")
    embedding = layers.Embedding(9, 4, mask_zero=True)
    model = keras.Sequential(
        [keras.Input((None,), dtype="int32"), embedding, layers.LSTM(3), layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizers.RMSprop(0.02), "binary_crossentropy")
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
    model.set_weights(weights)
    model.reset_metrics()
    np.testing.assert_allclose(model.train_on_batch(words, targets), loss, rtol=1e-5)


@pytest.mark.slow
def test_dropout(backend: Backend) -> None:
    """The same seed drops the same; another seed others; a second step others again; inference drops nothing."""
    random = np.random.default_rng(0)
    x, y = random.normal(size=(8, 6)).astype("float32"), random.normal(size=(8, 3)).astype("float32")

    def new(seed: int) -> Any:
        keras.set_random_seed(11)
        model = keras.Sequential([keras.Input((6,)), layers.Dense(16), layers.Dropout(0.5, seed=seed), layers.Dense(3)])
        model.compile(optimizers.SGD(0.0), "mse")
        return model

    def losses(model: Any) -> list[float]:
        return [float(model.train_on_batch(x, y)) for _ in range(3)]

    model = new(3)
    first = losses(model)
    assert first == losses(new(3)) and first != losses(new(4))
    assert len(set(first)) == 3, f"dropout drops the same at each step: {first}"
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

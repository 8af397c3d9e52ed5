"""A model goes from one backend to another in the middle of training, and goes on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import config, layers, ops, optimizers, plugins
from polykeras.errors import UnknownBackendError
from polykeras.scope import backend_scope

OTHERS = sorted(set(plugins.names()) - {"numpy", "lists"})
OPTIMIZERS = {
    "nesterov": lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "adam": lambda: optimizers.Adam(optimizers.schedules.ExponentialDecay(0.01, 5, 0.5), use_ema=True),
}

X = np.random.default_rng(0).normal(size=(80, 6)).astype("float32")
Y = np.random.default_rng(1).normal(size=(80, 2)).astype("float32")


@pytest.fixture(autouse=True)
def portable_random() -> Iterator[None]:
    """Dropout draws the same numbers everywhere."""
    before = config.portable_random()
    config.set_portable_random(True)
    yield
    config.set_portable_random(before)


def _model(optimizer: str) -> pk.Sequential:
    pk.set_random_seed(3)
    model = pk.Sequential(
        [pk.Input((6,)), layers.Dense(8, "tanh"), layers.BatchNormalization(), layers.Dropout(0.4), layers.Dense(2)]
    )
    model.compile(OPTIMIZERS[optimizer](), "mse", metrics=["mae"])
    return model


def _steps(model: Any, first: int, count: int) -> list[float]:
    losses = []
    for i in range(first, first + count):
        model.reset_metrics()
        losses.append(model.train_on_batch(X[8 * i : 8 * i + 8], Y[8 * i : 8 * i + 8])[0])
    return losses


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_five_steps_there_and_five_here(optimizer: str, backend: str) -> None:
    with backend_scope("numpy"):
        staying = _model(optimizer)
        expected = _steps(staying, 0, 10)
        moving = _model(optimizer)
        before = _steps(moving, 0, 5)
        assert moving.to_backend(backend) is moving
    after = _steps(moving, 5, 5)  # outside of any scope: the model knows where it is
    np.testing.assert_allclose(before + after, expected, rtol=1e-4)
    assert {v.backend.name for v in moving.variables + moving.optimizer.variables} == {backend}
    np.testing.assert_allclose(moving.predict(X), staying.predict(X), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(moving.evaluate(X, Y, verbose=0), staying.evaluate(X, Y, verbose=0), rtol=1e-4)


@pytest.mark.parametrize("backend", OTHERS)
def test_back_again_nothing_is_lost(backend: str) -> None:
    with backend_scope("numpy"):
        model = _model("adam")
        _steps(model, 0, 3)
        state = model.variables + model.optimizer.variables
        before = [np.array(v.numpy()) for v in state]
        model.to_backend(backend)
        model.to_backend("numpy")
        for v, value in zip(state, before, strict=True):
            assert v.numpy().dtype == value.dtype
            np.testing.assert_array_equal(v.numpy(), value)


@pytest.mark.parametrize("backend", OTHERS)
def test_whole_fits_go_on_after_the_move(backend: str) -> None:
    with backend_scope("numpy"):
        pk.set_random_seed(9)
        model = _model("nesterov")
        model.fit(X, Y, batch_size=8, epochs=1, verbose=0)
        model.to_backend(backend)
        moved = model.fit(X, Y, batch_size=8, epochs=2, verbose=0).history
        model = _model("nesterov")
        model.fit(X, Y, batch_size=8, epochs=1, verbose=0)
        stayed = model.fit(X, Y, batch_size=8, epochs=2, verbose=0).history
    for name, values in stayed.items():
        np.testing.assert_allclose(moved[name], values, rtol=1e-4)


@pytest.mark.parametrize("backend", OTHERS)
def test_a_model_that_was_never_trained(backend: str) -> None:
    with backend_scope("numpy"):
        model = pk.Sequential([pk.Input((6,)), layers.Dense(2)])
        expected = model.predict(X)
        model.to_backend(backend)
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-5, atol=1e-6)
    assert type(model(X)) is type(model.weights[0].value)
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    assert {v.backend.name for v in model.optimizer.variables} == {backend}


def test_an_unknown_backend_moves_nothing() -> None:
    with backend_scope("numpy"):
        model = _model("adam")
        with pytest.raises(UnknownBackendError, match="nunpy"):
            model.to_backend("nunpy")
        assert {v.backend.name for v in model.variables} == {"numpy"}
        assert isinstance(ops.convert_to_numpy(model(X[:1])), np.ndarray)

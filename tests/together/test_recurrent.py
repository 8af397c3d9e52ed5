"""Recurrent layers inside compiled steps: what is kept from batch to batch, and what is dropped in a sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, optimizers, plugins
from polykeras.errors import ShapeError
from polykeras.scope import backend_scope

BACKENDS = sorted(set(plugins.names()) - {"lists"})
ROWS, STEPS = 2, 3
X = np.random.default_rng(0).normal(size=(ROWS, 4 * STEPS, 2)).astype("float32")


@pytest.fixture(autouse=True, params=BACKENDS)
def backend(request: Any) -> Any:
    with backend_scope(request.param):
        yield request.param


def _memory(**options: Any) -> tuple[pk.Model, Any]:
    pk.set_random_seed(5)
    memory = layers.LSTM(3, stateful=True, return_sequences=True, **options)
    model = pk.Sequential([pk.Input(batch_shape=(ROWS, STEPS, 2)), memory])
    model.compile(optimizers.SGD(0.0), "mse")
    return model, memory


def test_a_kept_state_goes_from_one_compiled_step_to_the_next() -> None:
    """With a learning rate of zero, batches one after the other are the parts of one long sequence."""
    model, memory = _memory()
    whole = layers.LSTM(3, return_sequences=True)
    whole.build((ROWS, None, 2))
    whole.set_weights(memory.get_weights())
    outputs = pk.ops.convert_to_numpy(whole(X))
    errors = [float(np.mean(outputs[:, i : i + STEPS] ** 2)) for i in range(0, X.shape[1], STEPS)]

    def found(run: Any) -> list[float]:
        losses = []
        for i in range(0, X.shape[1], STEPS):
            model.reset_metrics()
            losses.append(run(X[:, i : i + STEPS], np.zeros((ROWS, STEPS, 3), "float32")))
        return losses

    np.testing.assert_allclose(found(model.train_on_batch), errors, rtol=1e-5)
    memory.reset_state()
    np.testing.assert_allclose(found(model.test_on_batch), errors, rtol=1e-5)
    memory.reset_state()
    parts = [model.predict_on_batch(X[:, i : i + STEPS]) for i in range(0, X.shape[1], STEPS)]
    np.testing.assert_allclose(np.concatenate(parts, 1), outputs, rtol=1e-4, atol=1e-6)
    batches = np.concatenate([X[:, i : i + STEPS] for i in range(0, X.shape[1], STEPS)])
    memory.reset_state()
    history = model.fit(
        batches, np.zeros((len(batches), STEPS, 3), "float32"), batch_size=ROWS, shuffle=False, verbose=0
    )
    np.testing.assert_allclose(history.history["loss"], [np.mean(errors)], rtol=1e-5)


def test_another_batch_size_is_refused_and_the_state_is_kept() -> None:
    model, memory = _memory()
    y = np.zeros((ROWS, STEPS, 3), "float32")
    model.train_on_batch(X[:, :STEPS], y)
    kept = [np.array(pk.ops.convert_to_numpy(v)) for v in memory.states]
    for run in (model.train_on_batch, model.test_on_batch):
        with pytest.raises(ShapeError, match="it was built for batches of 2, got one of 1"):
            run(X[:1, :STEPS], y[:1])
    for a, b in zip(memory.states, kept, strict=True):
        np.testing.assert_array_equal(pk.ops.convert_to_numpy(a), b)
    assert np.isfinite(model.train_on_batch(X[:, :STEPS], y))


class _Replaced(layers.GRUCell):
    """A cell that can only be called step by step."""

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        return super().call(inputs, states, training)


def test_what_is_dropped_in_compiled_steps_is_the_same_everywhere(backend: str) -> None:
    def losses() -> list[float]:
        pk.set_random_seed(3)
        cells = [layers.LSTMCell(4, dropout=0.3, seed=1), _Replaced(3, dropout=0.2, recurrent_dropout=0.4, seed=2)]
        model = pk.Sequential([pk.Input((6, 2)), layers.RNN(layers.StackedRNNCells(cells)), layers.Dense(1)])
        model.compile(optimizers.Adam(0.01), "mse")
        x = X[:, :6]
        return [float(model.train_on_batch(x, np.ones((ROWS, 1), "float32"))) for _ in range(3)]

    before = pk.config.portable_random()
    pk.config.set_portable_random(True)
    try:
        found = losses()
        with backend_scope("numpy"):
            expected = losses()
    finally:
        pk.config.set_portable_random(before)
    assert len(set(found)) == 3
    np.testing.assert_allclose(found, expected, rtol=1e-5)

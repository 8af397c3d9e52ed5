"""Models in several threads at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import config, layers, plugins
from polykeras.scope import backend_scope

BACKENDS = sorted(set(plugins.names()) - {"lists"})
X = np.random.default_rng(0).normal(size=(64, 6)).astype("float32")


def _at_once(*work: Callable[[], Any]) -> list[Any]:
    """The results, or errors, of functions that run in a thread each."""
    results: list[Any] = [None] * len(work)

    def run(i: int) -> None:
        try:
            results[i] = work[i]()
        except Exception as error:
            results[i] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    return results


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_model_predicts_in_several_threads(backend: str) -> None:
    with backend_scope(backend):
        model = pk.Sequential([pk.Input((6,)), layers.Dense(32, "tanh"), layers.Dropout(0.5), layers.Dense(3)])
    parts = [X[i : i + 16] for i in range(0, 64, 16)]
    expected = [model.predict(part) for part in parts]

    def work(part: Any) -> Callable[[], Any]:
        return lambda: [model.predict(part, batch_size=4) for _ in range(10)]

    for results, wanted in zip(_at_once(*map(work, parts)), expected, strict=True):
        assert isinstance(results, list), results
        for got in results:
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_models_train_in_two_threads(backend: str) -> None:
    class Noise(layers.Layer):
        """Draws from the generator that all models of the process share."""

        def call(self, inputs: Any) -> Any:
            return inputs + 0.0 * pk.random.normal((6,))

    def make() -> Any:
        with backend_scope(backend):
            pk.set_random_seed(1)
            model = pk.Sequential([pk.Input((6,)), Noise(), layers.Dense(4, "tanh"), layers.Dense(6)])
            model.compile("adam", "mse")
            return model

    def work(model: Any) -> Callable[[], Any]:
        return lambda: model.fit(X, X, batch_size=8, epochs=3, shuffle=False, verbose=0).history["loss"]

    alone = work(make())()
    for losses in _at_once(work(make()), work(make())):
        assert losses == pytest.approx(alone, rel=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_scope_is_its_threads_own(backend: str) -> None:
    default = config.backend()
    with backend_scope(backend):
        assert _at_once(config.backend) == [default]
        assert config.backend() == backend

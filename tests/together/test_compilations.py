"""A step is compiled once for each size of a batch, and what was compiled is used again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, plugins
from polykeras.scope import backend_scope
from polykeras.training import loop

BACKENDS = [name for name in plugins.names() if name != "lists"]


class Counted(layers.Layer):
    """The identity; counts how often its Python runs, which is when a step is traced."""

    def __init__(self) -> None:
        super().__init__()
        self.runs = 0

    def call(self, x: Any) -> Any:
        self.runs += 1
        return x


def _model() -> tuple[Any, Counted]:
    pk.utils.set_random_seed(1)
    counted = Counted()
    model = pk.Sequential([pk.Input((3,)), layers.Dense(4), counted, layers.Dense(1)])
    model.compile("sgd", "mse")
    return model, counted


def _data(rows: int) -> tuple[Any, Any]:
    generator = np.random.default_rng(rows)
    return generator.normal(size=(rows, 3)).astype("float32"), generator.normal(size=(rows, 1)).astype("float32")


@pytest.mark.parametrize("name", BACKENDS)
def test_each_size_is_compiled_once(name: str) -> None:
    with backend_scope(name):
        model, counted = _model()
        x, y = _data(5 * 16 + 7)

        def runs(work: Any) -> int:
            before = counted.runs
            work()
            return counted.runs - before

        first = runs(lambda: model.fit(x, y, batch_size=16, epochs=1, verbose=0))
        assert first > 0
        assert runs(lambda: model.fit(x, y, batch_size=16, epochs=3, verbose=0)) == 0
        one = runs(lambda: model.fit(x[:80], y[:80], batch_size=20, verbose=0))  # another size of batches
        assert 0 < one <= first
        assert runs(lambda: model.fit(x[:80], y[:80], batch_size=20, verbose=0)) == 0
        assert 0 < runs(lambda: model.evaluate(x, y, batch_size=16, verbose=0)) <= first
        assert runs(lambda: model.evaluate(x, y, batch_size=16, verbose=0)) == 0
        assert 0 < runs(lambda: model.predict(x, batch_size=16, verbose=0)) <= first
        assert runs(lambda: model.predict(x, batch_size=16, verbose=0)) == 0
        assert runs(lambda: model.fit(x, y, batch_size=16, verbose=0)) == 0  # still known


@pytest.mark.parametrize("name", BACKENDS)
def test_data_too_large_for_the_device_are_streamed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = _data(5 * 16 + 7)
    found = []
    with backend_scope(name):
        for limit in (1 << 29, 0):
            monkeypatch.setattr(loop, "RESIDENT_BYTES", limit)
            model, _ = _model()
            history = model.fit(x, y, batch_size=16, epochs=2, verbose=0).history["loss"]
            found.append([*history, model.evaluate(x, y, verbose=0), *model.predict(x, verbose=0).ravel()])
    np.testing.assert_allclose(found[0], found[1], rtol=2e-5, atol=1e-6)

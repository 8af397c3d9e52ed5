"""Ctrl-C at any moment of training leaves, on every backend, the state as of a finished step."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, optimizers, plugins
from polykeras.scope import backend_scope

pytestmark = pytest.mark.usefixtures("ctrl_c")

BACKENDS = sorted(set(plugins.names()) - {"lists"})
X = np.random.default_rng(0).normal(size=(256, 6)).astype("float32")


def _model() -> Any:
    pk.set_random_seed(2)
    model = pk.Sequential([pk.Input((6,)), layers.Dense(8, "tanh"), layers.BatchNormalization(), layers.Dense(6)])
    model.compile(optimizers.SGD(0.01, momentum=0.9), "mse")
    return model


def _interrupted(model: Any, seconds: float, **options: Any) -> None:
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, X, batch_size=8, epochs=1_000_000, shuffle=False, verbose=0, **options)
    finally:
        timer.cancel()


@pytest.mark.parametrize("watched", [True, False], ids=["step by step", "many steps a call"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_ctrl_c(backend: str, watched: bool) -> None:
    options = (
        {"callbacks": [pk.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)]} if watched else {}
    )
    with backend_scope(backend):
        model, reference = _model(), _model()
        for m in (model, reference):
            m.fit(X, X, batch_size=8, epochs=1, shuffle=False, verbose=0, **options)  # all is compiled now
        for seconds in (0.05, 0.08):
            before = int(model.optimizer.iterations.numpy())
            _interrupted(model, seconds, **options)
            steps = int(model.optimizer.iterations.numpy()) - before
            assert steps > 0
            # Each run began with the first batch.
            reference.fit(X, X, batch_size=8, epochs=steps // 32, shuffle=False, verbose=0)
            if steps % 32:
                reference.fit(X, X, batch_size=8, steps_per_epoch=steps % 32, shuffle=False, verbose=0)
            for got, wanted in zip(model.get_weights(), reference.get_weights(), strict=True):
                np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-5)
        assert np.isfinite(model.evaluate(X, X, verbose=0))

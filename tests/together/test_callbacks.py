"""Callbacks that read and change weights and learning rates between epochs do the same on all backends."""

import numpy as np
import pytest

from polykeras import callbacks, layers, models, optimizers, plugins
from polykeras.scope import backend_scope
from polykeras.utils import set_random_seed

OTHERS = sorted(set(plugins.names()) - {"numpy"})
X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")


def _run():
    set_random_seed(1)
    model = models.Sequential([layers.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)])
    model.compile(optimizers.Adam(0.5, use_ema=True, ema_momentum=0.5), "mse")
    watching = [
        callbacks.SwapEMAWeights(swap_on_epoch=True),
        callbacks.ReduceLROnPlateau("loss", patience=1, factor=0.5, min_delta=0.2),
        callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True),
    ]
    history = model.fit(
        X, np.sin(X[:, :1]), 8, epochs=8, validation_data=(X[:8], X[:8, :1]), callbacks=watching, verbose=0
    )
    return history.history, model.get_weights()


@pytest.mark.parametrize("backend", OTHERS)
def test_a_run_that_callbacks_steer(backend):
    (expected, weights) = _run()
    with backend_scope(backend):
        found, others = _run()
    assert found.keys() == expected.keys()
    assert len(set(expected["learning_rate"])) > 1
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-3, err_msg=name)
    for a, b in zip(others, weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)

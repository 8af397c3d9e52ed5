"""Models can be copied and pickled on every backend, in the midst of training."""

import copy
import pickle

import numpy as np
import pytest

from polykeras import layers, models, plugins
from polykeras.scope import backend_scope

X, Y = np.random.default_rng(0).normal(size=(2, 16, 3)).astype("float32")


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
@pytest.mark.parametrize("backend", plugins.names())
def test_training_goes_on_with_the_same_losses(backend, again):
    with backend_scope(backend):
        model = models.Sequential([layers.Input((3,)), layers.Dense(3)])
        model.compile("adam", "mse")
        model.fit(X, Y, verbose=0)
    twin = again(model)
    assert twin.weights[0].backend is model.weights[0].backend
    losses = [m.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"] for m in (model, twin)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-6)

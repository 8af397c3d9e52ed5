"""Models can be copied and pickled, with their optimizers, in the midst of training."""

import copy
import pickle

import numpy as np
import pytest

from polykeras import layers, models, optimizers

X, Y = np.random.default_rng(0).normal(size=(2, 16, 3)).astype("float32")


def _trained():
    inputs = layers.Input((3,))
    model = models.Model(inputs, layers.Dense(3)(layers.BatchNormalization()(inputs)))
    optimizer = optimizers.AdamW(0.01, weight_decay=0.1)
    model.compile(optimizer, "mse", metrics=["mae"])
    model.build((None, 3))
    optimizer.exclude_from_weight_decay([model.layers[-1].bias])
    model.fit(X, Y, epochs=2, verbose=0)
    return model


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_training_goes_on_with_the_same_losses(again):
    model = _trained()
    twin = again(model)
    before = model.get_weights()
    losses = twin.fit(X, Y, epochs=3, shuffle=False, verbose=0).history
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    assert model.fit(X, Y, epochs=3, shuffle=False, verbose=0).history == losses
    for a, b in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert twin.weights[0].backend is model.weights[0].backend

"""A model saved under one backend goes on under every other."""

import numpy as np
import pytest

from polykeras import layers, models, plugins, saving
from polykeras.scope import backend_scope

pytest.importorskip("h5py")
X, Y = np.random.default_rng(0).normal(size=(2, 16, 3)).astype("float32")


@pytest.mark.parametrize("writer", plugins.names())
def test_archives_and_weights(tmp_path, writer):
    with backend_scope(writer):
        x = layers.Input((3,))
        model = models.Model(x, layers.Dense(3)(layers.BatchNormalization()(layers.Dense(4, "tanh")(x))))
        model.compile("adam", "mse")
        model.fit(X, Y, verbose=0)
    model.save(tmp_path / "a.keras")
    model.save_weights(tmp_path / "a.weights.h5")
    wanted = model.predict(X)
    losses = model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"]
    model.load_weights(tmp_path / "a.weights.h5")
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-6, atol=1e-6)
    names = plugins.names()
    after = names[(names.index(writer) + 1) % len(names)]
    for reader in names:
        with backend_scope(reader):
            other = saving.load_model(tmp_path / "a.keras")
        assert other.weights[0].backend.name == reader
        np.testing.assert_allclose(other.predict(X), wanted, rtol=1e-5, atol=1e-6)
        if reader == after:  # one each: compiling takes long
            got = other.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"]
            np.testing.assert_allclose(got, losses, rtol=1e-5)

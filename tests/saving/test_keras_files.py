"""Files that Keras 3.15.1 wrote (``data/write_with_keras.py``): same predictions, and training goes on with the same losses."""

import json
from pathlib import Path

import numpy as np

import polykeras
from polykeras import layers, saving

DATA = Path(__file__).parent / "data"
X = np.sin(np.arange(8 * 5 * 3)).reshape(8, 5, 3).astype("float32")
Y = np.cos(np.arange(8 * 2)).reshape(8, 2).astype("float32")


class Pair(polykeras.Model):
    def __init__(self):
        super().__init__()
        self.towers = [layers.GRU(2), layers.GRU(2), {"last": [layers.Dense(2)]}]
        self._scale = layers.BatchNormalization()

    def call(self, x, training=None):
        a, b = self.towers[0](x), self.towers[1](x)
        return self._scale(self.towers[2]["last"][0](a * b), training=training)


def check_goes_on(model, name):
    wanted = json.loads((DATA / f"{name}.json").read_text())
    np.testing.assert_allclose(model.predict(X), wanted["predictions"], rtol=1e-5, atol=1e-6)
    losses = model.fit(X, Y, epochs=3, batch_size=4, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(losses, wanted["losses"], rtol=1e-5)


def test_an_archive():
    model = saving.load_model(DATA / "functional.keras")
    assert [layer.name for layer in model.layers] == ["signal", "lstm", "batch_normalization", "dense"]
    assert int(model.optimizer.iterations) == 4
    check_goes_on(model, "functional.keras")


def test_an_archive_without_compiling():
    model = saving.load_model(DATA / "functional.keras", compile=False)
    assert not model.compiled
    wanted = json.loads((DATA / "functional.keras.json").read_text())
    np.testing.assert_allclose(model.predict(X), wanted["predictions"], rtol=1e-5, atol=1e-6)


def test_weights_of_an_archive():
    x = layers.Input((5, 3))
    model = polykeras.Model(x, layers.Dense(2)(layers.BatchNormalization()(layers.LSTM(4)(x))))
    model.compile(polykeras.optimizers.Adam(0.5), "mse")
    model.optimizer.build(model.trainable_variables)
    model.load_weights(DATA / "functional.keras")
    check_goes_on(model, "functional.keras")


def test_weights_of_a_subclassed_model():
    model = Pair()
    model.compile(polykeras.optimizers.Adam(0.3), "mse")
    model.fit(X, Y, batch_size=4, verbose=0)
    model.load_weights(DATA / "pair.weights.h5")
    check_goes_on(model, "pair.weights.h5")


def test_a_whole_model_in_the_older_format():
    model = saving.load_model(DATA / "functional.h5")
    assert int(model.optimizer.iterations) == 4
    check_goes_on(model, "functional.h5")

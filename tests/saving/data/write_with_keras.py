"""Writes the files beside it with Keras 3.15.1: ``KERAS_BACKEND=jax python write_with_keras.py``. Not run by the tests."""

import json
from pathlib import Path

import keras
import numpy as np

HERE = Path(__file__).parent
X = np.sin(np.arange(8 * 5 * 3)).reshape(8, 5, 3).astype("float32")
Y = np.cos(np.arange(8 * 2)).reshape(8, 2).astype("float32")


class Pair(keras.Model):
    def __init__(self):
        super().__init__()
        self.towers = [keras.layers.GRU(2), keras.layers.GRU(2), {"last": [keras.layers.Dense(2)]}]
        self._scale = keras.layers.BatchNormalization()

    def call(self, x, training=None):
        a, b = self.towers[0](x), self.towers[1](x)
        return self._scale(self.towers[2]["last"][0](a * b), training=training)


def record(model, name):
    predictions = model.predict(X, verbose=0).tolist()
    losses = model.fit(X, Y, epochs=3, batch_size=4, shuffle=False, verbose=0).history["loss"]
    (HERE / f"{name}.json").write_text(json.dumps({"predictions": predictions, "losses": losses}))


keras.utils.set_random_seed(1)
inputs = keras.Input((5, 3), name="signal")
hidden = keras.layers.BatchNormalization()(keras.layers.LSTM(4)(inputs))
model = keras.Model(inputs, keras.layers.Dense(2)(hidden))
for trained, name, ending in (
    (model, "functional", ".keras"),
    (model, "functional", ".h5"),
    (Pair(), "pair", ".weights.h5"),
):
    trained.compile(keras.optimizers.Adam(0.01), "mse")
    trained.fit(X, Y, epochs=2, batch_size=4, shuffle=False, verbose=0)
    path = HERE / f"{name}{ending}"
    if name == "pair":
        trained.save_weights(path)
    else:
        trained.save(path)
    record(trained, path.name)

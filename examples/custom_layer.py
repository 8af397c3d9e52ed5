"""A layer of one's own: radial basis functions, written once, trained and saved on any backend.

Two interleaved spirals cannot be told apart by a line; thirty bumps in the plane can. The layer has weights, a
configuration, and a shape that depends on its input: all that a built-in layer has.

    python examples/custom_layer.py
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

import polykeras as keras
from polykeras import layers, ops


@keras.saving.register_keras_serializable("examples")
class RadialBasis(layers.Layer):
    """``exp(-sharpness_i * |x - centre_i|**2)`` for each of `units` learned centres.

    Broomhead and Lowe 1988, "Multivariable functional interpolation and adaptive networks".
    """

    def __init__(self, units: int, initial_sharpness: float = 4.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.units, self.initial_sharpness = units, initial_sharpness

    def build(self, input_shape) -> None:
        self.centres = self.add_weight((self.units, input_shape[-1]), "random_normal", name="centres")
        start = keras.initializers.Constant(np.log(self.initial_sharpness))
        self.log_sharpness = self.add_weight((self.units,), start, name="log_sharpness")

    def call(self, inputs):
        offsets = ops.expand_dims(inputs, -2) - self.centres
        return ops.exp(-ops.exp(self.log_sharpness) * ops.sum(ops.square(offsets), axis=-1))

    def get_config(self) -> dict:
        return {**super().get_config(), "units": self.units, "initial_sharpness": self.initial_sharpness}


def spirals(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of shape (count, 2) on two noisy spirals, and which of the two."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, count)
    turn = rng.uniform(0.25, 1.25, count) * 2 * np.pi
    angle = turn + np.pi * label
    points = turn[:, np.newaxis] / 6 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (points + rng.normal(scale=0.04, size=points.shape)).astype("float32"), label.astype("float32")


def main(epochs: int = 60) -> dict[str, float]:
    """Train, save, load, and return the test accuracies before and after."""
    keras.set_random_seed(1)
    x_train, y_train = spirals(1000, 0)
    x_test, y_test = spirals(400, 1)
    model = keras.Sequential([keras.Input((2,)), RadialBasis(30), layers.Dense(1, activation="sigmoid")])
    model.summary()
    model.compile(keras.optimizers.Adam(3e-2), "binary_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=50, epochs=epochs, verbose=0)
    accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spirals.keras"
        model.save(path)
        loaded = keras.models.load_model(path)
    np.testing.assert_allclose(loaded.predict(x_test, verbose=0), model.predict(x_test, verbose=0), rtol=1e-5)
    results = {"accuracy": accuracy, "accuracy_when_loaded": loaded.evaluate(x_test, y_test, verbose=0)[1]}
    print(f"test accuracy {results['accuracy']:.3f}, of the loaded model {results['accuracy_when_loaded']:.3f}")
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=60)
    main(parser.parse_args().epochs)

"""A step that looks at values cannot be compiled: that is said once, with the layer and the line, and it runs anyway."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops


class Gate(keras.layers.Layer):
    """Doubles a batch whose sum is positive."""

    def call(self, x: Any) -> Any:
        if ops.sum(x) > 0:  # a line that asks for a value
            return x * 2
        return x

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


class Gated(keras.Model):
    """A subclass, built at its first batch."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = keras.layers.Dense(2)
        self.gate = Gate(name="gate")

    def call(self, x: Any) -> Any:
        return self.dense(self.gate(x))


def _gated_sequential() -> Any:
    return keras.Sequential([keras.Input((3,)), Gate(name="gate"), keras.layers.Dense(2)])


@pytest.mark.parametrize("make", [Gated, _gated_sequential])
def test_fit_falls_back_with_one_warning(make: Any) -> None:
    generator = np.random.default_rng(1)
    x = np.abs(generator.normal(size=(32, 3))).astype("float32")
    x[16:] *= -1
    y = generator.normal(size=(32, 2)).astype("float32")
    losses = []
    for run_eagerly in (True, False):
        keras.utils.set_random_seed(1)
        model = make()
        model.compile("sgd", "mse", run_eagerly=run_eagerly)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            losses.append(model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"])
        said = [w for w in caught if "cannot be compiled" in str(w.message)]
        assert len(said) == (0 if run_eagerly else 1)
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    message = str(said[0].message)
    assert "layer 'gate'" in message and "test_untraceable.py (`if ops.sum(x) > 0:" in message
    assert said[0].filename == __file__
    halves = [model.predict(x[:16], verbose=0), model.predict(-x[:16], verbose=0)]
    bias = np.asarray(model.layers[-1 if make is not Gated else 0].bias)
    np.testing.assert_allclose(halves[0] - bias, -2 * (halves[1] - bias), rtol=1e-5)


def test_a_model_that_is_compiled_is_not_warned_of() -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(np.ones((8, 3)), np.ones((8, 2)), verbose=0)

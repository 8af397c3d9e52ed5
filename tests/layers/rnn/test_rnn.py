"""`RNN` with cells of the user's own."""

import numpy as np
import pytest

from polykeras import layers, ops
from polykeras.errors import ArgumentError
from polykeras.saving import custom_object_scope, deserialize_keras_object, serialize_keras_object

X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")


class Sum:
    """A cell that is no layer: adds up its inputs."""

    state_size = 3

    def __call__(self, inputs, states):
        total = ops.add(states[0], inputs)
        return total, [total]


class Minimal(layers.Layer):
    """A cell that is a layer, with an output of another size than its state."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = [units, 1]
        self.output_size = 2 * units

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], self.units), "ones", name="kernel")

    def call(self, inputs, states, training=False):
        h = ops.add(ops.matmul(inputs, self.kernel), states[0])
        count = ops.add(states[1], 10 if training else 1)
        return ops.concatenate([h, h], axis=-1), (h, count)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def test_a_cell_that_is_no_layer():
    y = layers.RNN(Sum(), return_sequences=True)(X)
    np.testing.assert_allclose(y, np.cumsum(X, 1), atol=1e-6)
    assert layers.RNN(Sum())(layers.Input((None, 3))).shape == (None, 3)


def test_a_cell_that_is_a_layer():
    layer = layers.RNN(Minimal(2), return_state=True, name="outer")
    y, h, count = layer(X)
    expected = X.sum((1, 2))
    np.testing.assert_allclose(y, np.repeat(expected[:, None], 4, 1), rtol=1e-5)
    np.testing.assert_allclose(h, np.repeat(expected[:, None], 2, 1), rtol=1e-5)
    assert count.tolist() == [[4], [4]]
    assert layer(X, training=True)[2].tolist() == [[40], [40]]
    assert [v.path for v in layer.weights] == [f"outer/{layer.cell.name}/kernel"]
    assert [s.shape for s in layer(layers.Input((None, 3)))] == [(None, 4), (None, 2), (None, 1)]


def test_config_holds_the_cell():
    layer = layers.RNN(Minimal(2), return_sequences=True)
    with custom_object_scope({"Minimal": Minimal}):
        twin = deserialize_keras_object(serialize_keras_object(layer))
    assert isinstance(twin.cell, Minimal)
    assert twin.return_sequences
    np.testing.assert_array_equal(twin(X), layer(X))


def test_a_cell_of_ours_alone():
    cell = layers.LSTMCell(2)
    h, states = cell(X[:, 0], [np.zeros((2, 2), "float32")] * 2)
    assert h.shape == (2, 2)
    assert len(states) == 2
    layer = layers.LSTM(2)
    layer.build(X.shape)
    layer.set_weights(cell.get_weights())
    np.testing.assert_allclose(layer(X[:, :1]), h, rtol=1e-6)


def test_what_is_no_cell():
    with pytest.raises(ArgumentError, match="RNN: a cell must be callable and have a state_size, got int"):
        layers.RNN(3)

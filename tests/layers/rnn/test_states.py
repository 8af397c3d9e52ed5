"""States that are given to recurrent layers, or kept by them, and what is wrong with others; arguments of older Keras."""

import numpy as np
import pytest

from polykeras import Input, Model, Sequential, layers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")


def _stack(**options):
    return layers.RNN(layers.StackedRNNCells([layers.GRUCell(2), layers.LSTMCell(3)]), name="stack", **options)


def test_states_of_stacked_cells_may_be_flat():
    layer = _stack(return_state=True)
    h, a, b = (np.full((2, n), 0.5, "float32") for n in (2, 3, 3))
    y = layer(X, initial_state=[[h], [a, b]])[0]
    np.testing.assert_array_equal(layer(X, initial_state=[h, a, b])[0], y)
    assert (layer(X)[0] != y).any()


def test_what_a_layer_returns_as_its_state_is_taken_back():
    layer = _stack(return_state=True)
    _, *states = layer(X[:, :2])
    np.testing.assert_allclose(layer(X[:, 2:], initial_state=states)[0], layer(X)[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("states", "got"),
    [
        ([np.zeros((2, 2))], r"\[\(2, 2\)\]"),
        ([np.zeros((2, 2)), np.zeros((2, 3))], r"\[\(2, 2\), \(2, 3\)\]"),
        ([np.zeros((2, 2)), np.zeros((2, 3)), np.zeros((1, 3))], r"\[\(2, 2\), \(2, 3\), \(1, 3\)\]"),
        ([None, None, None], r"\[\(\), \(\), \(\)\]"),
        ("zeros", r"\[\(\)\]"),
    ],
)
def test_states_of_a_wrong_structure(states, got):
    wanted = r"\[\(2, 2\), \(2, 3\), \(2, 3\)\], got " + got
    with pytest.raises(ShapeError, match=rf"'stack' expects an initial state of shapes {wanted}.*\[2, \[3, 3\]\]"):
        _stack()(X, initial_state=states)


def test_another_batch_size_is_refused_before_anything_is_changed():
    model = Sequential([Input(batch_shape=(2, 4, 3)), layers.GRU(2, stateful=True, name="memory")])
    model.compile("sgd", "mse")
    model.train_on_batch(X, np.ones((2, 2), "float32"))
    kept, weights = np.array(model.layers[0].states[0]), model.get_weights()
    with pytest.raises(ShapeError, match="'memory' is stateful: it was built for batches of 2, got one of 1"):
        model.train_on_batch(X[:1], np.ones((1, 2), "float32"))
    np.testing.assert_array_equal(np.array(model.layers[0].states[0]), kept)
    for a, b in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_model_built_by_its_first_batch_keeps_states_of_that_size():
    class Remembers(Model):
        def __init__(self):
            super().__init__()
            self.memory = layers.GRU(2, stateful=True)

        def call(self, inputs):
            return self.memory(inputs)

    model = Remembers()
    model.compile("sgd", "mse")
    model.fit(X, np.ones((2, 2), "float32"), batch_size=1, shuffle=False, verbose=0)
    assert [s.shape for s in model.memory.states] == [(1, 2)]


@pytest.mark.parametrize("name", ["LSTM", "GRU", "LSTMCell", "GRUCell"])
def test_the_implementation_of_older_keras_is_accepted(name):
    layer = getattr(layers, name)(2, implementation=1)
    assert "implementation" not in layer.get_config()
    assert getattr(layer, "cell", layer).implementation == 1
    assert getattr(layers, name)(2).get_config().keys() == layer.get_config().keys()


@pytest.mark.parametrize("name", ["SimpleRNN", "SimpleRNNCell", "RNN", "StackedRNNCells"])
def test_where_keras_takes_none_it_is_refused(name):
    first = {"RNN": layers.GRUCell(2), "StackedRNNCells": [layers.GRUCell(2)]}.get(name, 2)
    with pytest.raises(ArgumentError, match=rf"{name}: .*implementation"):
        getattr(layers, name)(first, implementation=1)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell"])
def test_unknown_arguments(name):
    with pytest.raises(ArgumentError, match=rf"{name}: .*time_major"):
        getattr(layers, name)(2, time_major=True)

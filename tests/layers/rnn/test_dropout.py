"""Which elements recurrent layers drop: when gates share them, and when not."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from polykeras import layers, ops


@pytest.mark.parametrize(("make", "gates"), [(layers.LSTMCell, 4), (layers.GRUCell, 3)])
@pytest.mark.parametrize("recurrent", [0.0, 0.3])
def test_gates_share_the_dropped_inputs_unless_the_previous_outputs_are_dropped_too(make, gates, recurrent):
    cell = make(1, kernel_initializer="ones", use_bias=False, dropout=0.5, recurrent_dropout=recurrent, seed=1)
    cell.build((2, 64))
    projected, _ = cell.prepare(np.ones((2, 64), "float32"), cell.get_initial_state(2), training=True)
    found = ops.convert_to_numpy(projected)
    assert found.shape == (2, gates) and (found % 2 == 0).all()  # each of the 64 is 0 or 2
    assert all(len(set(row)) == 1 for row in found) == (recurrent == 0.0)
    assert (ops.convert_to_numpy(cell.project(np.ones((2, 64), "float32"), None, None)) == 64).all()


def test_a_bidirectional_layer_takes_symbolic_states():
    x, h, c = (layers.Input(s) for s in ((4, 3), (2,), (2,)))
    layer = layers.Bidirectional(layers.LSTM(2))
    assert layer(x, initial_state=[h, c, h, c]).shape == (None, 4)


def _counting(units: int, **options: object) -> layers.SimpleRNNCell:
    """A cell that adds its inputs to its state, as they are but for what is dropped."""
    initial = {"kernel_initializer": "identity", "recurrent_initializer": "identity", "use_bias": False}
    return layers.SimpleRNNCell(units, activation=None, **initial, **options)


class _Replaced(layers.SimpleRNNCell):
    """A cell that RNN can only call step by step."""

    def call(self, inputs, states, training=False):
        return super().call(inputs, states, training)


CELLS = {
    "alone": lambda **o: _counting(64, **o),
    "stacked": lambda **o: layers.StackedRNNCells([_counting(64), _counting(64, **o)]),
    "stacked-twice": lambda **o: layers.StackedRNNCells([layers.StackedRNNCells([_counting(64, **o)]), _counting(64)]),
    "call-replaced": lambda **o: _Replaced.from_config(_counting(64, **o).get_config()),
}


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
def test_what_is_dropped_is_drawn_once_for_a_sequence(make, unroll):
    cell = make(dropout=0.5, seed=1)
    layer = layers.RNN(cell, return_sequences=True, unroll=unroll)
    first = np.zeros((2, 5, 64), "float32")
    first[:, 0] = 1.0
    last = np.flip(first, 1)
    count = 2 if isinstance(cell, layers.StackedRNNCells) else 1  # so many sums are taken, one of another
    for x in (first, last):
        y = ops.convert_to_numpy(layer(x, training=True))
        assert set(np.unique(y[:, -1])) == ({0, 2} if x is last or count == 1 else {0, 10})
    ones = np.ones((2, 5, 64), "float32")
    y = ops.convert_to_numpy(layer(ones, training=True))
    plain = ops.convert_to_numpy(layer(ones))
    factors = y / plain
    assert set(np.unique(factors)) == {0, 2}
    np.testing.assert_array_equal(factors, np.broadcast_to(factors[:, :1], factors.shape))
    assert (ops.convert_to_numpy(layer(ones, training=True)) != y).any()


@pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)
def test_what_is_dropped_of_the_previous_outputs_too(make):
    cell = make(recurrent_dropout=0.5, seed=1)
    layer = layers.RNN(cell, return_sequences=True)
    x = np.zeros((2, 4, 64), "float32")
    x[:, 0] = 1.0
    y = ops.convert_to_numpy(layer(x, training=True))
    if isinstance(cell, layers.StackedRNNCells) and cell.cells[0].name.startswith("stacked"):
        y = np.diff(y, axis=1, prepend=0)  # the last cell has added them up
    elif isinstance(cell, layers.StackedRNNCells):
        factors = y[:, 1] - 1  # its inputs are 1 at each step
        assert set(np.unique(factors)) == {0, 2}
        np.testing.assert_array_equal(y[:, 3], 1 + factors * (1 + factors * (1 + factors)))
        return
    assert set(np.unique(y[:, 1])) == {0, 2}
    np.testing.assert_array_equal(y[:, 3], y[:, 1] ** 3)


def test_each_thread_has_its_own_sequence():
    layer = layers.RNN(CELLS["call-replaced"](dropout=0.5, seed=3), return_sequences=True)
    x = np.ones((2, 50, 64), "float32")
    plain = ops.convert_to_numpy(layer(x))
    with ThreadPoolExecutor(4) as pool:
        found = [ops.convert_to_numpy(y) / plain for y in pool.map(lambda _: layer(x, training=True), range(8))]
    assert len({y.tobytes() for y in found}) > 1
    for factors in found:
        np.testing.assert_array_equal(factors, np.broadcast_to(factors[:, :1], factors.shape))

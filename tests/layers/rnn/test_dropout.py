"""Which elements recurrent layers drop: when gates share them, and when not."""

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
    assert (ops.convert_to_numpy(cell.project(np.ones((2, 64), "float32"), None, False)) == 64).all()


def test_a_bidirectional_layer_takes_symbolic_states():
    x, h, c = (layers.Input(s) for s in ((4, 3), (2,), (2,)))
    layer = layers.Bidirectional(layers.LSTM(2))
    assert layer(x, initial_state=[h, c, h, c]).shape == (None, 4)

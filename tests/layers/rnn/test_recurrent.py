"""`LSTM`, `GRU` and `SimpleRNN` against loops written out, with masks, directions and states."""

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.rnn.recurrent_cell import RecurrentCell

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 5, 4))
MASK = np.array([[1, 1, 0, 1, 0], [0, 0, 1, 1, 1], [1, 1, 1, 1, 1]], bool)
UNITS = 3


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _lstm(x, states, kernel, recurrent, bias):
    h, c = states
    i, f, new, o = np.split(x @ kernel + h @ recurrent + bias, 4, -1)
    c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(new)
    h = _sigmoid(o) * np.tanh(c)
    return h, (h, c)


def _gru(x, states, kernel, recurrent, bias):
    (h,) = states
    x_z, x_r, x_new = np.split(x @ kernel + bias[0], 3, -1)
    h_z, h_r, h_new = np.split(h @ recurrent + bias[1], 3, -1)
    z, r = _sigmoid(x_z + h_z), _sigmoid(x_r + h_r)
    h = z * h + (1 - z) * np.tanh(x_new + r * h_new)
    return h, (h,)


def _gru_reset_before(x, states, kernel, recurrent, bias):
    (h,) = states
    x_z, x_r, x_new = np.split(x @ kernel + bias, 3, -1)
    k_z, k_r, k_new = np.split(recurrent, 3, -1)
    z, r = _sigmoid(x_z + h @ k_z), _sigmoid(x_r + h @ k_r)
    h = z * h + (1 - z) * np.tanh(x_new + (r * h) @ k_new)
    return h, (h,)


def _simple(x, states, kernel, recurrent, bias):
    h = np.tanh(x @ kernel + states[0] @ recurrent + bias)
    return h, (h,)


KINDS = {
    "lstm": (layers.LSTM, {}, _lstm, 2),
    "gru": (layers.GRU, {}, _gru, 1),
    "gru-reset-before": (layers.GRU, {"reset_after": False}, _gru_reset_before, 1),
    "simple": (layers.SimpleRNN, {}, _simple, 1),
}


def _run(step, weights, x, states, mask=None, go_backwards=False, zero=False):
    """All outputs and the last states; sample by sample where there is a mask."""
    output = np.zeros_like(states[0])
    outputs = []
    for t in reversed(range(x.shape[1])) if go_backwards else range(x.shape[1]):
        y, new = step(x[:, t], states, *weights)
        if mask is not None:
            keep = mask[:, t, None]
            y = np.where(keep, y, 0 if zero else output)
            new = tuple(np.where(keep, n, s) for n, s in zip(new, states, strict=True))
        output, states = y, new
        outputs.append(y)
    return np.stack(outputs, 1), states


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def kind(request):
    """Layer class, options, the step written out, number of states."""
    return request.param


def _layer(kind, **options):
    cls, own, _, _ = kind
    layer = cls(UNITS, dtype="float64", **own, **options)
    layer.build(X.shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=v.shape) for v in layer.weights])
    return layer


def _zeros(kind):
    return tuple(np.zeros((3, UNITS)) for _ in range(kind[3]))


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("go_backwards", [False, True])
def test_outputs_and_states(kind, go_backwards, masked, unroll):
    mask = MASK if masked else None
    options = {"go_backwards": go_backwards, "unroll": unroll}
    layer = _layer(kind, return_sequences=True, return_state=True, **options)
    weights = layer.get_weights()
    expected, states = _run(kind[2], weights, X, _zeros(kind), mask, go_backwards)
    outputs, *last = layer(X, mask=mask)
    np.testing.assert_allclose(outputs, expected, atol=1e-12)
    assert len(last) == kind[3]
    for a, b in zip(last, states, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    final = _layer(kind, **options)
    np.testing.assert_allclose(final(X, mask=mask), expected[:, -1], atol=1e-12)


def test_zero_output_for_mask(kind):
    layer = _layer(kind, return_sequences=True, zero_output_for_mask=True)
    expected, _ = _run(kind[2], layer.get_weights(), X, _zeros(kind), MASK, zero=True)
    np.testing.assert_allclose(layer(X, mask=MASK), expected, atol=1e-12)
    assert (np.asarray(layer(X, mask=MASK))[~MASK] == 0).all()


def test_padding_after_the_mask_does_not_matter(kind):
    layer = _layer(kind)
    mask = np.array([[1, 1, 1, 0, 0]] * 3, bool)
    np.testing.assert_allclose(layer(X, mask=mask), layer(X[:, :3]), atol=1e-12)


def test_mask_of_the_outputs(kind):
    x = X.copy()
    masking.set_mask(x, MASK)
    assert masking.get_mask(_layer(kind)(x)) is None
    outputs, *states = _layer(kind, return_sequences=True, return_state=True)(x)
    np.testing.assert_array_equal(masking.get_mask(outputs), MASK)
    assert [masking.get_mask(s) for s in states] == [None] * kind[3]


def test_initial_state(kind):
    layer = _layer(kind, return_sequences=True)
    start = tuple(RNG.normal(size=(3, UNITS)) for _ in range(kind[3]))
    expected, _ = _run(kind[2], layer.get_weights(), X, start)
    np.testing.assert_allclose(layer(X, initial_state=list(start)), expected, atol=1e-12)
    with pytest.raises(ShapeError, match=r"expects an initial state of shapes .*, got \[\(3, 2\)"):
        layer(X, initial_state=[s[:, :2] for s in start])


def test_initial_state_in_a_functional_model(kind):
    from polykeras.models import Model

    layer = _layer(kind)
    x = layers.Input((None, 4), dtype="float64")
    states = [layers.Input((UNITS,), dtype="float64") for _ in range(kind[3])]
    model = Model([x, *states], layer(x, initial_state=states), dtype="float64")
    start = [RNG.normal(size=(3, UNITS)) for _ in range(kind[3])]
    np.testing.assert_allclose(model([X, *start]), layer(X, initial_state=start), atol=1e-12)


def test_stateful_layers_go_on_where_they_were(kind):
    layer = _layer(kind, stateful=True, return_sequences=True)
    whole, _ = _run(kind[2], layer.get_weights(), X, _zeros(kind))
    parts = [np.asarray(layer(X[:, :2])), np.asarray(layer(X[:, 2:]))]
    np.testing.assert_allclose(np.concatenate(parts, 1), whole, atol=1e-12)
    layer.reset_state()
    np.testing.assert_allclose(layer(X), whole, atol=1e-12)
    assert len(layer.weights) == 3  # the state is no weight,
    assert len(layer.non_trainable_variables) == kind[3]  # but a compiled step must carry it
    with pytest.raises(ShapeError, match="built for batches of 3, got one of 2"):
        layer(X[:2])


def test_stateful_layers_need_a_batch_size(kind):
    layer = kind[0](UNITS, stateful=True, name="memory")
    with pytest.raises(ShapeError, match=r"'memory' is stateful and needs a fixed batch size, got \(None, 5, 4\)"):
        layer(layers.Input((5, 4)))
    assert layer(layers.Input((5, 4), batch_size=3)).shape == (3, UNITS)


def test_no_steps(kind):
    assert _layer(kind)(X[:, :0]).tolist() == np.zeros((3, UNITS)).tolist()
    assert _layer(kind, return_sequences=True)(X[:, :0]).shape == (3, 0, UNITS)


def test_dropout_drops_the_same_elements_at_all_steps(kind):
    layer = _layer(kind, dropout=0.5, seed=2)
    ones = np.ones((6, 3, 4))  # time first, as the loop runs
    products = np.asarray(layer.cell.prepare(ones, _zeros(kind), training=True)[0])
    np.testing.assert_array_equal(products, np.broadcast_to(products[:1], products.shape))
    assert np.unique(products[0], axis=0).shape[0] > 1  # each sample has its own
    assert (np.asarray(layer.cell.prepare(ones, _zeros(kind), training=True)[0]) != products).any()
    assert (layer(X, training=True) != layer(X)).any()


def test_recurrent_dropout_acts_only_in_training(kind):
    layer = _layer(kind, recurrent_dropout=0.5, seed=1)
    plain = _layer(kind)
    np.testing.assert_array_equal(layer(X), plain(X))
    assert np.abs(layer(X, training=True) - plain(X)).max() > 1e-3


def test_the_cell_s_arguments_are_the_layer_s(kind):
    layer = _layer(kind)
    assert layer.units == UNITS
    assert layer.kernel_initializer is layer.cell.kernel_initializer
    assert not hasattr(layer, "no_such_thing")


def test_names_of_weights(kind):
    layer = kind[0](2, name="memory")
    layer.build((None, None, 4))
    cell = {"LSTM": "lstm_cell", "GRU": "gru_cell", "SimpleRNN": "simple_rnn_cell"}[kind[0].__name__]
    assert [v.path for v in layer.weights] == [f"memory/{cell}/{n}" for n in ("kernel", "recurrent_kernel", "bias")]


def test_forget_gate_starts_open():
    layer = layers.LSTM(2, bias_initializer="zeros")
    layer.build((None, None, 1))
    assert layer.cell.bias.numpy().tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    plain = layers.LSTM(2, unit_forget_bias=False)
    plain.build((None, None, 1))
    assert not plain.cell.bias.numpy().any()


def test_shape_of_the_gru_s_bias():
    for reset_after, shape in ((True, (2, 6)), (False, (6,))):
        layer = layers.GRU(2, reset_after=reset_after)
        layer.build((None, None, 1))
        assert layer.cell.bias.shape == shape


def test_wrong_rank_or_size(kind):
    layer = kind[0](2, name="memory")
    with pytest.raises(ShapeError, match=r"'memory' expects an input of rank 3, got shape \(5, 4\)"):
        layer(X[0])
    layer(X)
    with pytest.raises(ShapeError, match=r"'memory' expects .*size 4 along axis -1, got shape \(3, 5, 2\)"):
        layer(X[..., :2])
    with pytest.raises(ArgumentError, match="units must be a positive int"):
        kind[0](0)
    with pytest.raises(ArgumentError, match="dropout must be a number from 0 to 1"):
        kind[0](2, dropout=2)


def test_an_activation_of_one_s_own_is_repeated_step_by_step(kind):
    """The same function under another name, which the op for whole sequences does not have."""
    own = _layer(kind, activation=lambda x: ops.tanh(x), return_sequences=True, return_state=True)
    known = _layer(kind, return_sequences=True, return_state=True)
    for mask in (None, MASK):
        for a, b in zip(own(X, mask=mask), known(X, mask=mask), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-12)


def test_recurrent_dropout_drops_other_elements_for_each_gate(kind):
    cell = _layer(kind, recurrent_dropout=0.5, seed=1).cell
    (product,) = cell.recurrent_product(cell.dropped((2, 4), np.ones((2, 50)), training=True).outputs)
    cell.units = 50
    one = np.tile(np.eye(50), (1, cell.gates))  # each gate gets the state as it is
    gates = np.split(np.asarray(product(np.ones((2, 50)), one, 0)), cell.gates, -1)
    assert set(np.unique(gates)) == {0, 2}
    assert len({g.tobytes() for g in gates}) == cell.gates
    if cell.gates > 1:
        np.testing.assert_array_equal(product(np.ones((2, 50)), one[:, :50], cell.gates - 1), gates[-1])


def test_a_subclass_of_a_cell_may_replace_its_step():
    class Doubled(layers.SimpleRNNCell):
        def call(self, inputs, states, training=False):
            h, states = super().call(inputs, states, training)
            return ops.multiply(h, 2), states

    cells = [cls(UNITS, dtype="float64") for cls in (layers.SimpleRNNCell, Doubled)]
    plain, doubled = (layers.RNN(c, return_sequences=True, dtype="float64") for c in cells)
    for layer in (plain, doubled):
        layer.build(X.shape)
    doubled.set_weights(plain.get_weights())
    np.testing.assert_allclose(doubled(X), 2 * np.asarray(plain(X)), atol=1e-12)


def test_a_kind_of_cell_without_an_op_for_sequences_is_repeated_step_by_step():
    class Plain(layers.SimpleRNNCell):
        run_op = RecurrentCell.run_op

    cells = [cell(UNITS, dtype="float64") for cell in (layers.SimpleRNNCell, Plain)]
    assert cells[1].run_op([], [], {}) is None
    both = [layers.RNN(cell, return_sequences=True, dtype="float64") for cell in cells]
    for layer in both:
        layer.build(X.shape)
    both[1].set_weights(both[0].get_weights())
    np.testing.assert_allclose(both[1](X), both[0](X), atol=1e-12)

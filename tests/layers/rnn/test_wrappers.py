"""`Bidirectional`, `TimeDistributed` and `StackedRNNCells`, against the layers they are made of."""

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
MASK = np.array([[True, True, False, False], [False, True, True, True]])
MERGED = {
    "concat": lambda y, back: np.concatenate([y, back], -1),
    "sum": np.add,
    "ave": lambda y, back: (y + back) / 2,
    "mul": np.multiply,
}


def numpy(x):
    return ops.convert_to_numpy(x)


def directions(layer, **options):
    """The outputs of both layers of a `Bidirectional`, those of all steps in the order of the inputs."""
    y, back = (numpy(d(X, **options)) for d in (layer.forward_layer, layer.backward_layer))
    return y, back[:, ::-1] if layer.return_sequences else back


@pytest.mark.parametrize("merge_mode", MERGED)
@pytest.mark.parametrize("sequences", [False, True])
def test_bidirectional_merges_both_directions(merge_mode, sequences):
    layer = layers.Bidirectional(layers.GRU(2, return_sequences=sequences), merge_mode)
    found = numpy(layer(X, mask=MASK))
    np.testing.assert_allclose(found, MERGED[merge_mode](*directions(layer, mask=MASK)), rtol=1e-6, atol=1e-7)
    if sequences:
        assert not found[~MASK].any() and found[MASK].all()


def test_the_backward_layer_is_the_layer_on_reversed_inputs():
    layer = layers.Bidirectional(layers.LSTM(2), None)
    _, back = layer(X)
    plain = layers.LSTM(2)
    plain.build(X.shape)
    plain.set_weights(layer.backward_layer.get_weights())
    np.testing.assert_allclose(numpy(back), numpy(plain(X[:, ::-1])), rtol=1e-6)


def test_bidirectional_states_are_forward_then_backward():
    layer = layers.Bidirectional(layers.LSTM(2, return_state=True))
    given = [np.full((2, 2), v, "float32") for v in (0.1, 0.2, 0.3, 0.4)]
    y, *states = layer(X, initial_state=given)
    expected = [*layer.forward_layer(X, initial_state=given[:2]), *layer.backward_layer(X, initial_state=given[2:])]
    np.testing.assert_allclose(numpy(y), np.concatenate([numpy(expected[0]), numpy(expected[3])], -1), rtol=1e-6)
    assert len(states) == 4
    for found, wanted in zip(states, [*expected[1:3], *expected[4:]], strict=True):
        np.testing.assert_allclose(numpy(found), numpy(wanted), rtol=1e-6)


def test_bidirectional_takes_weights_and_another_backward_layer():
    first = layers.Bidirectional(layers.SimpleRNN(2))
    expected = numpy(first(X))
    second = layers.Bidirectional(
        layers.SimpleRNN(2), weights=first.get_weights(), backward_layer=layers.SimpleRNN(2, go_backwards=True)
    )
    np.testing.assert_allclose(numpy(second(X)), expected, rtol=1e-6)


def test_a_stateful_bidirectional_goes_on_until_it_is_reset():
    layer = layers.Bidirectional(layers.GRU(2, stateful=True))
    first, second = numpy(layer(X)), numpy(layer(X))
    assert not np.allclose(first, second)
    layer.reset_state()
    np.testing.assert_allclose(numpy(layer(X)), first, rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Bidirectional(layers.Dense(2)), "recurrent layer"),
        (lambda: layers.Bidirectional(layers.GRU(2), backward_layer=3), "backward_layer"),
        (lambda: layers.Bidirectional(layers.GRU(2), "max"), "merge_mode"),
        (lambda: layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2)), "the other way"),
        (
            lambda: layers.Bidirectional(
                layers.GRU(2), backward_layer=layers.GRU(2, go_backwards=True, return_sequences=True)
            ),
            "return_sequences",
        ),
        (lambda: layers.StackedRNNCells([]), "at least one"),
        (lambda: layers.StackedRNNCells([layers.Dense(2)]), "state_size"),
        (lambda: layers.TimeDistributed(3), "must be a layer"),
        (lambda: layers.Bidirectional(layers.GRU(2))(X, initial_state=[X[:, 0]]), "initial_state"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_time_distributed_applies_the_layer_to_each_step():
    images = np.random.default_rng(1).normal(size=(2, 3, 5, 5, 2)).astype("float32")
    layer = layers.TimeDistributed(layers.Conv2D(4, 3))
    found = numpy(layer(images))
    assert found.shape == (2, 3, 3, 3, 4)
    for step in range(3):
        np.testing.assert_allclose(found[:, step], numpy(layer.layer(images[:, step])), rtol=1e-5, atol=1e-6)
    assert layer.compute_output_shape((None, None, 5, 5, 2)) == (None, None, 3, 3, 4)


def test_time_distributed_hands_the_mask_on():
    sequences = np.random.default_rng(1).normal(size=(2, 3, 4, 3)).astype("float32")
    mask = np.random.default_rng(2).random((2, 3, 4)) < 0.6
    layer = layers.TimeDistributed(layers.LSTM(2))
    found = numpy(layer(sequences, mask=mask))
    for step in range(3):
        wanted = numpy(layer.layer(sequences[:, step], mask=mask[:, step]))
        np.testing.assert_allclose(found[:, step], wanted, rtol=1e-5, atol=1e-6)
    masked = layers.Masking()(np.concatenate([X, np.zeros_like(X)], 1))
    out = layers.TimeDistributed(layers.Dense(2))(masked)
    np.testing.assert_array_equal(numpy(masking.get_mask(out)), [[True] * 4 + [False] * 4] * 2)


def test_time_distributed_refuses_inputs_of_low_rank_and_masks_of_other_shapes():
    with pytest.raises(ShapeError, match="three axes"):
        layers.TimeDistributed(layers.Dense(2))(X[:, 0])
    with pytest.raises(ShapeError, match="the mask must begin"):
        layers.TimeDistributed(layers.Dense(2))(X, mask=MASK[:, :3])


def test_stacked_cells_are_layers_in_sequence():
    cells = [layers.GRUCell(3), layers.LSTMCell(2)]
    found = layers.RNN(layers.StackedRNNCells(cells), return_sequences=True, return_state=True)(X, mask=MASK)
    first, second = (layers.RNN(c, return_sequences=True, return_state=True) for c in cells)
    y, h = first(X, mask=MASK)
    z, *states = second(y, mask=MASK)
    np.testing.assert_allclose(numpy(found[0]), numpy(z), rtol=1e-5, atol=1e-6)
    for a, b in zip([found[1][0], *found[2]], [h, *states], strict=True):
        np.testing.assert_allclose(numpy(a), numpy(b), rtol=1e-5, atol=1e-6)

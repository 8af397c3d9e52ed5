"""`ConvLSTM1D`, `ConvLSTM2D`, `ConvLSTM3D`, against LSTMs at each point and against the formula."""

import numpy as np
import pytest

from polykeras import activations, layers, ops
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
MASK = np.array([[True, False, True], [False, True, True]])


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_with_windows_of_one_it_is_an_lstm_at_each_point(rank):
    points = (4, 3, 2)[:rank]
    x = RNG.normal(size=(2, 3, *points, 2)).astype("float32")
    layer = getattr(layers, f"ConvLSTM{rank}D")(5, 1, return_sequences=True)
    found = numpy(layer(x, mask=MASK))
    lstm = layers.LSTM(5, return_sequences=True)
    lstm.build((2, 3, 2))
    lstm.set_weights([w.reshape(v.shape) for w, v in zip(layer.get_weights(), lstm.weights, strict=True)])
    for point in np.ndindex(points):
        at = (slice(None), slice(None), *point)
        np.testing.assert_allclose(found[at], numpy(lstm(x[at], mask=MASK)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [{"strides": 2, "padding": "same"}, {"dilation_rate": 2}, {"padding": "same"}])
def test_the_state_is_convolved_without_strides_and_dilation(options):
    x = RNG.normal(size=(2, 3, 6, 5, 2)).astype("float32")
    layer = layers.ConvLSTM2D(3, 3, bias_initializer="normal", return_state=True, **options)
    found = [numpy(y) for y in layer(x)]
    kernel, recurrent, bias = layer.get_weights()
    h = c = np.zeros(found[0].shape, "float32")
    for step in range(3):
        z = numpy(ops.conv(x[:, step], kernel, **options)) + numpy(ops.conv(h, recurrent, padding="same")) + bias
        i, f, new, o = np.split(z, 4, -1)
        i, f, o = (1 / (1 + np.exp(-g)) for g in (i, f, o))
        c = f * c + i * np.tanh(new)
        h = o * np.tanh(c)
    for got, wanted in zip(found, (h, h, c), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


def test_channels_first_is_the_same_with_the_axes_moved():
    x = RNG.normal(size=(2, 3, 6, 5, 2)).astype("float32")
    last = layers.ConvLSTM2D(3, 3, strides=2, padding="same", return_sequences=True)
    first = layers.ConvLSTM2D(
        3, 3, strides=2, padding="same", return_sequences=True, data_format="channels_first", stateful=True
    )
    expected = numpy(last(x))
    moved = np.moveaxis(x, -1, 2)
    first.build(moved.shape)
    first.set_weights(last.get_weights())
    found = numpy(first(moved))
    np.testing.assert_allclose(np.moveaxis(found, 2, -1), expected, rtol=1e-5, atol=1e-6)
    assert not np.allclose(numpy(first(moved)), found)
    first.reset_state()
    np.testing.assert_allclose(numpy(first(moved)), found, rtol=1e-6)


def test_dropout_of_everything_leaves_the_bias():
    x = RNG.normal(size=(2, 1, 4, 4, 2)).astype("float32")
    layer = layers.ConvLSTM2D(3, 2, dropout=1.0, recurrent_dropout=1.0)
    found = numpy(layer(x, training=True))  # the forget gate has nothing to forget: the carry is i * tanh(0)
    np.testing.assert_array_equal(found, np.zeros_like(found))
    assert numpy(layer(x)).any()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="spatial sizes"):
        layers.ConvLSTM2D(3, 2)(layers.Input((None, None, 5, 2)))
    with pytest.raises(ShapeError):
        layers.ConvLSTM1D(3, 4).build((2, 3, 3, 2))
    with pytest.raises(ArgumentError, match="both be above 1"):
        layers.ConvLSTM1D(3, 2, strides=2, dilation_rate=2)
    with pytest.raises(ShapeError):
        layers.ConvLSTM2D(3, 2)(np.zeros((2, 3, 4, 2), "float32"))


def test_the_arguments_of_lstm_cells_reach_the_cell():
    layer = layers.ConvLSTM2D(2, 1, recurrent_activation="tanh", unit_forget_bias=False)
    assert layer.cell.recurrent_activation is activations.tanh
    assert layer.get_config()["recurrent_activation"] == "tanh" and layer.get_config()["unit_forget_bias"] is False

"""`Embedding` and `Masking`: vectors, and the masks they start."""

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError

TABLE = np.arange(12, dtype="float32").reshape(4, 3)


def _embedding(**options):
    layer = layers.Embedding(4, 3, **options)
    layer.build()
    layer.set_weights([TABLE])
    return layer


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "float32"])
def test_rows_of_the_table(dtype):
    y = _embedding()(np.array([[0, 3], [1, 1]], dtype))
    np.testing.assert_array_equal(y, TABLE[[[0, 3], [1, 1]]])


def test_indices_out_of_range_give_nan_and_negative_ones_count_from_the_end():
    y = _embedding()(np.array([-1, -4, 4, -5], "int32"))
    np.testing.assert_array_equal(y[:2], TABLE[[3, 0]])
    assert np.isnan(y[2:]).all()


def test_large_float_indices_survive_half_precision():
    layer = layers.Embedding(5000, 1, dtype="mixed_float16", embeddings_initializer="zeros")
    layer.build()
    layer.embeddings.assign(np.arange(5000, dtype="float32")[:, None] / 5000)
    y = layer(np.array([4097.0], "float32"))
    assert str(y.dtype) == "float16"
    assert float(y[0, 0]) == pytest.approx(4097 / 5000, abs=1e-3)


def test_gradient_sums_over_repeated_indices():
    layer = _embedding()

    def loss(values):
        return ops.sum(layer.stateless_call(values, [], np.array([1, 1, 3]))[0])

    _, (gradient,) = ops.value_and_grad(loss)([TABLE])
    np.testing.assert_array_equal(gradient, [[0] * 3, [2] * 3, [0] * 3, [1] * 3])


def test_mask_zero_masks_the_outputs():
    y = _embedding(mask_zero=True)(np.array([[1, 0, 2], [0, 0, 3]]))
    np.testing.assert_array_equal(masking.get_mask(y), [[True, False, True], [False, False, True]])
    assert masking.get_mask(_embedding()(np.array([[1, 0]]))) is None


@pytest.mark.parametrize(("input_dim", "output_dim", "name"), [(0, 3, "input_dim"), (3, -1, "output_dim")])
def test_bad_sizes(input_dim, output_dim, name):
    with pytest.raises(ArgumentError, match=f"Embedding: {name} must be a positive int"):
        layers.Embedding(input_dim, output_dim)


def test_masking_finds_steps_that_hold_only_the_value():
    x = np.array([[[1, 9], [9, 9], [9, 2]]], "float32")
    y = layers.Masking(9.0)(x)
    np.testing.assert_array_equal(y, [[[1, 9], [0, 0], [9, 2]]])
    np.testing.assert_array_equal(masking.get_mask(y), [[True, False, True]])


def test_masked_nan_leaves_no_trace():
    x = np.array([[[np.nan], [0]]], "float32")
    assert layers.Masking()(x)[0, 1].tolist() == [0]


def test_masks_travel_through_layers_that_support_them():
    y = _embedding(mask_zero=True)(np.array([[1, 0, 2]]))
    for layer in (layers.Dense(2), layers.Activation("relu"), layers.Dropout(0.5), layers.BatchNormalization()):
        np.testing.assert_array_equal(masking.get_mask(layer(y)), [[True, False, True]])


def test_a_layer_that_does_not_support_masks_warns_and_drops_them():
    y = _embedding(mask_zero=True)(np.array([[1, 0, 2]]))
    with pytest.warns(UserWarning, match="'conv' .Conv1D. does not support masking"):
        assert masking.get_mask(layers.Conv1D(2, 1, name="conv")(y)) is None


def test_masks_reach_layers_through_a_functional_model():
    from polykeras.models import Model

    ids = layers.Input((None,), dtype="int32")
    embedding, lstm = layers.Embedding(4, 3, mask_zero=True), layers.LSTM(2)
    model = Model(ids, lstm(layers.Dense(3)(embedding(ids))))
    padded, short = model(np.array([[1, 2, 0, 0]])), model(np.array([[1, 2]]))
    np.testing.assert_allclose(padded, short, atol=1e-7)


def test_dropped_words():
    """A word is dropped wherever it stands, or nowhere; the others are scaled."""
    layer = layers.Embedding(400, 3, word_dropout=0.25)
    words = np.array([np.arange(400), np.arange(400)])
    before, after = (ops.convert_to_numpy(layer(words, training=t)) for t in (False, True))
    kept = np.any(after != 0, axis=-1)
    np.testing.assert_array_equal(kept[0], kept[1])
    assert 0.15 < 1 - kept.mean() < 0.35
    np.testing.assert_allclose(after[kept], before[kept] / 0.75, rtol=1e-5)
    assert layers.Embedding.from_config(layer.get_config()).word_dropout == 0.25
    assert "word_dropout" not in layers.Embedding(4, 3).get_config()  # so that Keras can read it
    with pytest.raises(ArgumentError, match="word_dropout must be a number of at least 0 and below 1, got 1"):
        layers.Embedding(4, 3, word_dropout=1.0)

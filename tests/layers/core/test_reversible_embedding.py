"""`ReversibleEmbedding` in both directions."""

import numpy as np
import pytest

from polykeras import layers, masking, ops

RNG = np.random.default_rng(0)
HIDDEN = RNG.normal(size=(2, 3, 4)).astype("float32")


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("cap", [None, 0.5])
def test_scores_are_products_with_the_table(tied, cap):
    layer = layers.ReversibleEmbedding(6, 4, tie_weights=tied, logit_soft_cap=cap)
    vectors = layer(np.array([[1, 0, 5]]))
    table = layer.embeddings.numpy()
    np.testing.assert_array_equal(vectors[0], table[[1, 0, 5]])
    assert len(layer.weights) == 2 - tied
    scores = HIDDEN @ (table.T if tied else layer.reverse_embeddings.numpy())
    expected = scores if cap is None else cap * np.tanh(scores / cap)
    np.testing.assert_allclose(layer(HIDDEN, reverse=True), expected, rtol=1e-5, atol=1e-7)
    assert layer(layers.Input((3, 4)), reverse=True).shape == (None, 3, 6)


def test_factors_count_in_both_directions():
    layer = layers.ReversibleEmbedding(6, 4, lora_rank=1)
    layer.build()
    for v in layer.trainable_weights:
        v.assign(RNG.normal(size=v.shape))
    table = ops.convert_to_numpy(layer.embeddings)
    np.testing.assert_allclose(layer(HIDDEN, reverse=True), HIDDEN @ table.T, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer(np.array([2])), table[[2]], rtol=1e-6)


def test_dtype_of_scores():
    half = layers.ReversibleEmbedding(6, 4, dtype="mixed_float16")
    assert ops.dtype(half(np.array([1]))) == "float16"
    assert ops.dtype(half(HIDDEN, reverse=True)) == "float16"
    single = layers.ReversibleEmbedding(6, 4, dtype="mixed_float16", reverse_dtype="float32")
    assert ops.dtype(single(HIDDEN, reverse=True)) == "float32"


def test_vectors_are_masked_and_scores_are_not():
    layer = layers.ReversibleEmbedding(6, 4, mask_zero=True)
    vectors = layer(np.array([[1, 0, 5]]))
    assert masking.get_mask(vectors).tolist() == [[True, False, True]]
    assert masking.get_mask(layer(vectors, reverse=True)) is None

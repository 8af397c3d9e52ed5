"""`Attention` and `AdditiveAttention` against sums written out in NumPy."""

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError

RNG = np.random.default_rng(0)
QUERY, VALUE, KEY = (RNG.normal(size=s) for s in ((2, 3, 4), (2, 5, 6), (2, 5, 4)))
QUERY_MASK = np.array([[True, True, False], [True, False, False]])
VALUE_MASK = np.array([[True, True, False, False, True], [False, True, True, True, True]])


def _softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _expected(scores, value, query_mask=None, value_mask=None, causal=False):
    seen = np.ones(scores.shape, bool)
    if value_mask is not None:
        seen &= value_mask[:, None]
    if causal:
        seen &= np.tri(*scores.shape[1:], dtype=bool)
    weights = _softmax(np.where(seen, scores, -np.inf))
    outputs = weights @ value
    return (outputs if query_mask is None else outputs * query_mask[..., None]), weights


def _pairs():
    return QUERY[:, :, None] + KEY[:, None]


LAYERS = {
    "dot": (lambda: layers.Attention(dtype="float64"), lambda: QUERY @ KEY.swapaxes(1, 2)),
    "scaled": (lambda: layers.Attention(use_scale=True, dtype="float64"), lambda: 0.7 * QUERY @ KEY.swapaxes(1, 2)),
    "concat": (
        lambda: layers.Attention(score_mode="concat", dtype="float64"),
        lambda: 0.7 * np.tanh(_pairs()).sum(-1),
    ),
    "scaled-concat": (
        lambda: layers.Attention(True, "concat", dtype="float64"),
        lambda: 0.7 * np.tanh(0.7 * _pairs()).sum(-1),
    ),
    "additive": (lambda: layers.AdditiveAttention(dtype="float64"), lambda: 0.7 * np.tanh(_pairs()).sum(-1)),
    "additive-unscaled": (lambda: layers.AdditiveAttention(False, dtype="float64"), lambda: np.tanh(_pairs()).sum(-1)),
}


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masks", [None, (QUERY_MASK, VALUE_MASK), (None, VALUE_MASK), (QUERY_MASK, None)])
@pytest.mark.parametrize("name", LAYERS)
def test_means_and_weights(name, masks, causal):
    make, scores = LAYERS[name]
    if causal and masks is not None and masks[1] is not None:
        masks = (masks[0], np.array([[True, True, False, False, True], [True, True, False, True, True]]))
    layer = make()
    layer.build([QUERY.shape, VALUE.shape, KEY.shape])
    layer.set_weights([np.full(v.shape, 0.7) for v in layer.weights])
    mask = None if masks is None else list(masks)
    outputs, weights = layer([QUERY, VALUE, KEY], mask=mask, return_attention_scores=True, use_causal_mask=causal)
    wanted, shares = _expected(scores(), VALUE, *(masks or (None, None)), causal=causal)
    np.testing.assert_allclose(outputs, wanted, atol=1e-12)
    np.testing.assert_allclose(weights, shares, atol=1e-12)
    np.testing.assert_array_equal(layer([QUERY, VALUE, KEY], mask=mask, use_causal_mask=causal), outputs)


def test_the_value_is_the_key_too():
    np.testing.assert_array_equal(layers.Attention()([QUERY, KEY]), layers.Attention()([QUERY, KEY, KEY]))


def test_masks_come_with_the_inputs_and_the_querys_goes_on():
    query, value = (ops.convert_to_tensor(x.astype("float32")) for x in (QUERY, KEY))
    masking.set_mask(query, ops.convert_to_tensor(QUERY_MASK))
    masking.set_mask(value, ops.convert_to_tensor(VALUE_MASK))
    y = layers.Attention()([query, value])
    np.testing.assert_allclose(y, _expected(QUERY @ KEY.swapaxes(1, 2), KEY, QUERY_MASK, VALUE_MASK)[0], atol=1e-5)
    np.testing.assert_array_equal(masking.get_mask(y), QUERY_MASK)


def test_weights_are_dropped_in_training():
    layer = layers.Attention(dropout=0.5, seed=3)
    _, weights = layer([QUERY, KEY], training=True, return_attention_scores=True)
    _, all_of_them = layer([QUERY, KEY], return_attention_scores=True)
    kept = np.asarray(weights) != 0
    assert 0 < kept.mean() < 1
    np.testing.assert_allclose(np.asarray(weights)[kept], 2 * np.asarray(all_of_them)[kept], rtol=1e-6)


def test_bad_input():
    with pytest.raises(ArgumentError, match=r"score_mode must be one of \('dot', 'concat'\), got 'sum'"):
        layers.Attention(score_mode="sum")
    with pytest.raises(ArgumentError, match="dropout must be a number from 0 to 1"):
        layers.Attention(dropout=2)
    with pytest.raises(ArgumentError, match=r"'look': inputs must be a list .* got one of shape \(2, 3, 4\)"):
        layers.Attention(name="look")(QUERY)
    with pytest.raises(ArgumentError, match="'look': inputs must be a list"):
        layers.Attention(name="look")([QUERY])
    with pytest.raises(ArgumentError, match="'look': mask must be a list"):
        layers.Attention(name="look")([QUERY, KEY], mask=QUERY_MASK)
    with pytest.raises(ArgumentError, match=r"unknown argument\(s\) score_mode"):
        layers.AdditiveAttention(score_mode="dot")

"""`MultiHeadAttention` and `GroupQueryAttention` against sums written out in NumPy."""

import itertools

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
QUERY, VALUE, KEY = (RNG.normal(size=s) for s in ((2, 4, 6), (2, 5, 7), (2, 5, 3)))
MASK = RNG.random((2, 4, 5)) < 0.6
MASK[..., 0] = True


def _expected(layer, query, value, key, seen, size):
    """From the layer's weights; `seen` broadcasts to ``(batch, heads, T, S)``."""
    named = {v.path.split("/", 1)[1]: v.numpy() for v in layer.weights}

    def projected(name, x):
        return np.einsum("btf,fnh->btnh", x, named[f"{name}/kernel"]) + named.get(f"{name}/bias", 0)

    q, k, v = projected("query", query), projected("key", key), projected("value", value)
    k, v = (np.repeat(t, q.shape[2] // t.shape[2], 2) for t in (k, v))
    scores = np.einsum("btnh,bsnh->bnts", q, k) / np.sqrt(size)
    e = np.where(seen, np.exp(scores - scores.max(-1, keepdims=True)), 0)
    weights = e / e.sum(-1, keepdims=True)
    y = np.einsum("bnts,bsnh->btnh", weights, v)
    if "gate/kernel" in named:
        y = y / (1 + np.exp(-projected("gate", query)))
    return np.tensordot(y, named["attention_output/kernel"], 2) + named.get("attention_output/bias", 0), weights


def _filled(layer, *arguments):
    layer.build(*(x.shape for x in arguments))
    layer.set_weights([RNG.normal(size=v.shape) for v in layer.weights])
    return layer


LAYERS = {
    "multi-head": (lambda **o: layers.MultiHeadAttention(2, 3, 4, dtype="float64", **o), 3),
    "two-outputs": (lambda **o: layers.MultiHeadAttention(2, 3, output_shape=(5, 2), dtype="float64", **o), 3),
    "groups": (lambda **o: layers.GroupQueryAttention(3, 4, 2, dtype="float64", **o), 3),
    "one-group": (lambda **o: layers.GroupQueryAttention(3, 4, 1, use_bias=False, dtype="float64", **o), 3),
}


@pytest.mark.parametrize(("gate", "window"), [(False, None), (True, None), (False, 2)])
@pytest.mark.parametrize(("masked", "causal"), itertools.product([False, True], repeat=2))
@pytest.mark.parametrize("name", LAYERS)
def test_outputs_and_weights(name, masked, causal, gate, window):
    make, size = LAYERS[name]
    layer = _filled(make(use_gate=gate, sliding_window=window), QUERY, VALUE, KEY)
    seen = MASK if masked else np.ones((2, 4, 5), bool)
    if causal:
        seen = seen & np.tri(4, 5, dtype=bool)
    if window:  # what a window leaves of the other masks may be nothing, which is tested below
        near = np.abs(np.arange(4)[:, None] - np.arange(5)) < window
        seen = near & np.tri(4, 5, dtype=bool) if causal else np.broadcast_to(near, seen.shape)
        masked = False
    options = {"attention_mask": MASK if masked else None, "use_causal_mask": causal}
    wanted, shares = _expected(layer, QUERY, VALUE, KEY, seen[:, None] if seen.ndim == 3 else seen, size)
    outputs, weights = layer(QUERY, VALUE, KEY, return_attention_scores=True, **options)
    np.testing.assert_allclose(outputs, wanted, atol=1e-12)
    np.testing.assert_allclose(weights, shares, atol=1e-12)
    np.testing.assert_allclose(layer(QUERY, VALUE, key=KEY, **options), wanted, atol=1e-12)  # by the fused operation
    assert layer.compute_output_shape(QUERY.shape, VALUE.shape, KEY.shape) == wanted.shape


@pytest.mark.parametrize(("axes", "merged"), [((1, 2), (6,)), (None, (6,)), (1, None), (2, None), (-2, None)])
def test_attention_along_some_axes(axes, merged):
    x = RNG.normal(size=(2, 2, 3, 4))
    layer = _filled(layers.MultiHeadAttention(2, 3, attention_axes=axes, dtype="float64"), x, x)
    flat = layers.MultiHeadAttention(2, 3, dtype="float64")
    if merged:
        rows = x.reshape(2, 6, 4)
    else:
        rows = (x.swapaxes(1, 2) if axes == 1 else x).reshape(-1, 2 if axes == 1 else 3, 4)
    flat.build(rows.shape, rows.shape)
    flat.set_weights(layer.get_weights())
    y = np.asarray(flat(rows, rows))
    y = y.reshape(x.shape) if merged or axes != 1 else y.reshape(2, 3, 2, 4).swapaxes(1, 2)
    np.testing.assert_allclose(layer(x, x), y, atol=1e-12)


@pytest.mark.parametrize("name", ["multi-head", "groups"])
def test_masks_of_the_inputs(name):
    query_mask, value_mask = (
        np.array([[1, 1, 0, 1], [1, 0, 1, 1]], bool),
        np.array([[1, 1, 0, 0, 1], [0, 1, 1, 1, 1]], bool),
    )
    layer = _filled(LAYERS[name][0](), QUERY, VALUE)
    query, value = ops.convert_to_tensor(QUERY), ops.convert_to_tensor(VALUE)
    masking.set_mask(query, ops.convert_to_tensor(query_mask))
    masking.set_mask(value, ops.convert_to_tensor(value_mask))
    y = layer(query, value)
    wanted, _ = _expected(layer, QUERY, VALUE, VALUE, value_mask[:, None, None], 3)
    np.testing.assert_allclose(np.asarray(y)[query_mask], wanted[query_mask], atol=1e-12)
    np.testing.assert_array_equal(masking.get_mask(y), query_mask)
    assert masking.get_mask(query) is not None  # others may ask for it
    given = layer(QUERY, VALUE, query_mask=query_mask, value_mask=value_mask)
    np.testing.assert_array_equal(given, y)
    np.testing.assert_array_equal(masking.get_mask(given), query_mask)
    same = layer(QUERY, VALUE, key_mask=value_mask)
    np.testing.assert_allclose(np.asarray(same)[query_mask], wanted[query_mask], atol=1e-12)


def test_a_mask_may_have_an_axis_of_heads():
    layer = _filled(layers.MultiHeadAttention(2, 3, dtype="float64"), QUERY, VALUE)
    mask = np.stack([MASK, ~MASK | np.eye(4, 5, dtype=bool)], 1)
    wanted, weights = _expected(layer, QUERY, VALUE, VALUE, mask, 3)
    np.testing.assert_allclose(layer(QUERY, VALUE, attention_mask=mask), wanted, atol=1e-12)
    got = layer(QUERY, VALUE, attention_mask=mask, return_attention_scores=True)[1]
    np.testing.assert_allclose(got, weights, atol=1e-12)


def test_projections_start_apart_and_are_penalised():
    layer = layers.MultiHeadAttention(2, 3, kernel_regularizer="l2", activity_regularizer="l1")
    y = layer(QUERY, QUERY)
    kernels = [d.kernel.numpy() for d in (layer.query_dense, layer.key_dense, layer.value_dense, layer.output_dense)]
    assert not np.array_equal(kernels[0], kernels[1])
    assert len(layer.losses) == 8  # of four outputs and four kernels
    assert y.shape == QUERY.shape
    assert layer.get_config()["activity_regularizer"]["class_name"] == "L1"


def test_weights_are_dropped_in_training():
    layer = layers.MultiHeadAttention(1, 3, dropout=0.5, seed=1)
    quiet = layer(QUERY, VALUE)
    np.testing.assert_array_equal(layer(QUERY, VALUE), quiet)
    assert not np.array_equal(layer(QUERY, VALUE, training=True), quiet)


def test_bad_arguments():
    for name in ("num_heads", "key_dim", "value_dim"):
        with pytest.raises(ArgumentError, match=f"MultiHeadAttention: {name} must be a positive int, got 0"):
            layers.MultiHeadAttention(**{"num_heads": 1, "key_dim": 1, name: 0})
    with pytest.raises(ArgumentError, match="output_shape must be an int or several, got 'x'"):
        layers.MultiHeadAttention(1, 1, output_shape="x")
    with pytest.raises(ArgumentError, match="sliding_window must be a positive int or None, got 0"):
        layers.MultiHeadAttention(1, 1, sliding_window=0)
    with pytest.raises(ArgumentError, match="flash attention keeps no weights to drop"):
        layers.MultiHeadAttention(1, 1, dropout=0.1, flash_attention=True)
    with pytest.raises(ArgumentError, match="flash attention keeps no weights to return"):
        layers.MultiHeadAttention(1, 1, flash_attention=True)(QUERY, VALUE, return_attention_scores=True)
    with pytest.raises(ArgumentError, match="must be a multiple of num_key_value_heads, got 4 and 3"):
        layers.GroupQueryAttention(2, 4, 3)


def test_bad_shapes():
    with pytest.raises(ShapeError, match=r"'heads': value and key may differ in their features alone"):
        layers.MultiHeadAttention(1, 1, name="heads")(QUERY, VALUE, KEY[:, :4])
    with pytest.raises(ShapeError, match=r"'heads' expects \(batch, ..., features\) of one rank"):
        layers.MultiHeadAttention(1, 1, name="heads")(QUERY, VALUE[0])
    with pytest.raises(ShapeError, match=r"attention_axes \(2,\) name an axis that is not between"):
        layers.MultiHeadAttention(1, 1, attention_axes=2)(QUERY, VALUE)
    with pytest.raises(ShapeError, match=r"'groups' expects \(batch, positions, features\)"):
        layers.GroupQueryAttention(1, 1, 1, name="groups")(QUERY[None], VALUE[None])

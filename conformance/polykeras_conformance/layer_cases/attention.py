"""Attention layers."""

from polykeras_conformance.layer_cases.case import LayerCase

QUERY, VALUE = (2, 3, 4), (2, 5, 4)

CASES = {
    "attention": LayerCase(lambda L: L.Attention(use_scale=True), (QUERY, VALUE, VALUE)),
    "attention-concat": LayerCase(lambda L: L.Attention(score_mode="concat"), (QUERY, VALUE)),
    "additive-attention": LayerCase(lambda L: L.AdditiveAttention(), (QUERY, VALUE)),
    "multi-head-attention": LayerCase(
        lambda L: L.MultiHeadAttention(2, 3, sliding_window=3, use_gate=True), (QUERY, VALUE), apart=True
    ),
    "multi-head-attention-dropout": LayerCase(
        lambda L: L.MultiHeadAttention(2, 3, 2, dropout=0.3, output_shape=5, seed=1), (QUERY, VALUE), apart=True
    ),
    "multi-head-attention-of-pictures": LayerCase(
        lambda L: L.MultiHeadAttention(1, 2, attention_axes=(1, 2), use_bias=False),
        ((2, 2, 3, 4), (2, 2, 2, 3)),
        apart=True,
    ),
    "group-query-attention": LayerCase(lambda L: L.GroupQueryAttention(2, 4, 2), (QUERY, VALUE), apart=True),
}

"""Core layers."""

from polykeras_conformance.layer_cases.case import SEQUENCE, TIME, LayerCase

CASES = {
    "dense": LayerCase(lambda L: L.Dense(3, "tanh"), ((4, 5),)),
    "dense-of-sequences": LayerCase(lambda L: L.Dense(3, use_bias=False), (SEQUENCE,), TIME),
    "embedding": LayerCase(lambda L: L.Embedding(10, 3), ((4, 6),), TIME, 10),
    "masking": LayerCase(lambda L: L.Masking(), (SEQUENCE,), TIME),
    "identity": LayerCase(lambda L: L.Identity(), (SEQUENCE,), TIME),
    "einsum-dense": LayerCase(
        lambda L: L.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="d", activation="tanh"), (SEQUENCE,), TIME
    ),
    "einsum-dense-ellipsis": LayerCase(lambda L: L.EinsumDense("...x,xy->...y", 3), (SEQUENCE,), TIME),
    "reversible-embedding": LayerCase(lambda L: L.ReversibleEmbedding(10, 3), ((4, 6),), TIME, 10),
}

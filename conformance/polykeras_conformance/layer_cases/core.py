"""Core layers."""

from polykeras_conformance.layer_cases.case import SEQUENCE, TIME, LayerCase

CASES = {
    "dense": LayerCase(lambda L: L.Dense(3, "tanh"), ((4, 5),)),
    "dense-of-sequences": LayerCase(lambda L: L.Dense(3, use_bias=False), (SEQUENCE,), TIME),
    "embedding": LayerCase(lambda L: L.Embedding(10, 3), ((4, 6),), TIME, 10),
    "masking": LayerCase(lambda L: L.Masking(), (SEQUENCE,), TIME),
    "identity": LayerCase(lambda L: L.Identity(), (SEQUENCE,), TIME),
}

"""Reshaping layers."""

from polykeras_conformance.layer_cases.case import IMAGE, LayerCase

CASES = {
    "flatten": LayerCase(lambda L: L.Flatten(), (IMAGE,)),
    "flatten-first": LayerCase(lambda L: L.Flatten("channels_first"), (IMAGE,)),
    "reshape": LayerCase(lambda L: L.Reshape((2, -1)), ((3, 4, 5),)),
    "permute": LayerCase(lambda L: L.Permute((3, 1, 2)), (IMAGE,), (0, 2)),
    "repeat-vector": LayerCase(lambda L: L.RepeatVector(3), ((4, 5),)),
}

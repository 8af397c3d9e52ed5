"""Normalisation layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, LayerCase

CASES = {
    "batch-normalization": LayerCase(lambda L: L.BatchNormalization(), (IMAGE,), (0, 1)),
    "batch-normalization-axis-1": LayerCase(lambda L: L.BatchNormalization(1, 0.8, 0.1, scale=False), (SEQUENCE,)),
}

"""Normalisation layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, LayerCase

CASES = {
    "batch-normalization": LayerCase(lambda L: L.BatchNormalization(), (IMAGE,), (0, 1)),
    "batch-normalization-axis-1": LayerCase(lambda L: L.BatchNormalization(1, 0.8, 0.1, scale=False), (SEQUENCE,)),
    "batch-normalization-sample": LayerCase(lambda L: L.BatchNormalization(statistics="sample"), (IMAGE,), (0, 1, 2)),
    "layer-normalization": LayerCase(lambda L: L.LayerNormalization(), (SEQUENCE,), TIME),
    "layer-normalization-axes": LayerCase(lambda L: L.LayerNormalization([1, 3], 0.1, center=False), (IMAGE,), (0, 2)),
    "rms-normalization": LayerCase(lambda L: L.RMSNormalization(), (SEQUENCE,), TIME),
    "group-normalization": LayerCase(lambda L: L.GroupNormalization(2), (IMAGE,), (0, 1)),
    "group-normalization-axis-1": LayerCase(lambda L: L.GroupNormalization(3, 1, scale=False), (IMAGE,), (0, 2)),
    "unit-normalization": LayerCase(lambda L: L.UnitNormalization(), (SEQUENCE,), TIME),
}

"""Regularisation layers."""

from polykeras_conformance.layer_cases.case import LayerCase

CASES = {
    "dropout": LayerCase(lambda L: L.Dropout(0.4, seed=3), ((4, 5),)),
}

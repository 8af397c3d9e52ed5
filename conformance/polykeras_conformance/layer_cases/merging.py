"""Merging layers."""

from polykeras_conformance.layer_cases.case import TIME, LayerCase

CASES = {
    "add": LayerCase(lambda L: L.Add(), ((2, 3, 4), (2, 4), (2, 1, 4))),
    "subtract": LayerCase(lambda L: L.Subtract(), ((2, 3), (2, 3))),
    "multiply": LayerCase(lambda L: L.Multiply(), ((2, 3), (2, 3), (2, 3))),
    "average": LayerCase(lambda L: L.Average(), ((2, 3), (2, 3), (2, 1))),
    "maximum": LayerCase(lambda L: L.Maximum(), ((2, 3), (2, 3))),
    "minimum": LayerCase(lambda L: L.Minimum(), ((2, 3), (2, 3))),
    "concatenate": LayerCase(lambda L: L.Concatenate(1), ((2, 3, 4), (2, 1, 4)), TIME),
    "dot": LayerCase(lambda L: L.Dot((2, 1), normalize=True), ((2, 3, 4), (2, 4, 2))),
    "dot-of-vectors": LayerCase(lambda L: L.Dot(-1), ((2, 3), (2, 3))),
}

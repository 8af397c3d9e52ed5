"""Activation layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, LayerCase

CASES = {
    "activation": LayerCase(lambda L: L.Activation("sigmoid"), ((4, 5),)),
    "elu": LayerCase(lambda L: L.ELU(0.7), ((4, 5),)),
    "leaky-relu": LayerCase(lambda L: L.LeakyReLU(), ((4, 5),)),
    "relu": LayerCase(lambda L: L.ReLU(max_value=1.2, negative_slope=0.2, threshold=0.3), ((4, 5),)),
    "prelu": LayerCase(lambda L: L.PReLU(shared_axes=[1, 2]), (IMAGE,), (0, 1, 2)),
    "softmax": LayerCase(lambda L: L.Softmax(axis=(1, 2)), (SEQUENCE,), TIME),
}

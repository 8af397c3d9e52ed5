"""Pooling layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, LayerCase

CASES = {
    "max-pooling1d": LayerCase(lambda L: L.MaxPooling1D(2), (SEQUENCE,), TIME),
    "max-pooling2d": LayerCase(lambda L: L.MaxPooling2D((3, 2), 2, "same"), (IMAGE,), (0, 1, 2)),
    "average-pooling1d": LayerCase(lambda L: L.AveragePooling1D(3, 1, "same"), (SEQUENCE,), TIME),
    "average-pooling2d": LayerCase(lambda L: L.AveragePooling2D(2, data_format="channels_first"), ((2, 4, 6, 5),)),
    "global-max-pooling1d": LayerCase(lambda L: L.GlobalMaxPooling1D(keepdims=True), (SEQUENCE,), TIME),
    "global-max-pooling2d": LayerCase(lambda L: L.GlobalMaxPooling2D("channels_first"), ((2, 4, 6, 5),)),
    "global-average-pooling1d": LayerCase(lambda L: L.GlobalAveragePooling1D(), (SEQUENCE,), TIME),
    "global-average-pooling2d": LayerCase(lambda L: L.GlobalAveragePooling2D(keepdims=True), (IMAGE,), (0, 1, 2)),
}

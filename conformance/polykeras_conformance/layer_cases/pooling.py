"""Pooling layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, VOLUME, LayerCase

CASES = {
    "max-pooling1d": LayerCase(lambda L: L.MaxPooling1D(2), (SEQUENCE,), TIME),
    "max-pooling2d": LayerCase(lambda L: L.MaxPooling2D((3, 2), 2, "same"), (IMAGE,), (0, 1, 2)),
    "average-pooling1d": LayerCase(lambda L: L.AveragePooling1D(3, 1, "same"), (SEQUENCE,), TIME),
    "average-pooling2d": LayerCase(lambda L: L.AveragePooling2D(2, data_format="channels_first"), ((2, 4, 6, 5),)),
    "global-max-pooling1d": LayerCase(lambda L: L.GlobalMaxPooling1D(keepdims=True), (SEQUENCE,), TIME),
    "global-max-pooling2d": LayerCase(lambda L: L.GlobalMaxPooling2D("channels_first"), ((2, 4, 6, 5),)),
    "global-average-pooling1d": LayerCase(lambda L: L.GlobalAveragePooling1D(), (SEQUENCE,), TIME),
    "global-average-pooling2d": LayerCase(lambda L: L.GlobalAveragePooling2D(keepdims=True), (IMAGE,), (0, 1, 2)),
    "max-pooling3d": LayerCase(lambda L: L.MaxPooling3D(2, 1), (VOLUME,)),
    "average-pooling3d": LayerCase(lambda L: L.AveragePooling3D((2, 3, 1), padding="same"), (VOLUME,)),
    "global-max-pooling3d": LayerCase(lambda L: L.GlobalMaxPooling3D(), (VOLUME,)),
    "global-average-pooling3d": LayerCase(lambda L: L.GlobalAveragePooling3D("channels_first", True), (VOLUME,)),
    "adaptive-average-pooling1d": LayerCase(lambda L: L.AdaptiveAveragePooling1D(3), (SEQUENCE,)),
    "adaptive-average-pooling2d": LayerCase(lambda L: L.AdaptiveAveragePooling2D((3, 2)), (IMAGE,)),
    "adaptive-average-pooling3d": LayerCase(lambda L: L.AdaptiveAveragePooling3D(2, "channels_first"), (VOLUME,)),
    "adaptive-max-pooling1d": LayerCase(lambda L: L.AdaptiveMaxPooling1D(3), (SEQUENCE,)),
    "adaptive-max-pooling2d": LayerCase(lambda L: L.AdaptiveMaxPooling2D((4, 3), "channels_first"), ((2, 4, 6, 5),)),
    "adaptive-max-pooling3d": LayerCase(lambda L: L.AdaptiveMaxPooling3D(2), (VOLUME,)),
}

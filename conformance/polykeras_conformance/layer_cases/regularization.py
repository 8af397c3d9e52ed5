"""Regularisation layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, VOLUME, LayerCase

CASES = {
    "dropout": LayerCase(lambda L: L.Dropout(0.4, seed=3), ((4, 5),)),
    "dropout-shared": LayerCase(lambda L: L.Dropout(0.4, noise_shape=(None, 1, None), seed=4), (SEQUENCE,)),
    "alpha-dropout": LayerCase(lambda L: L.AlphaDropout(0.3, noise_shape=(None, 1), seed=5), ((4, 5),)),
    "gaussian-dropout": LayerCase(lambda L: L.GaussianDropout(0.3, seed=6), ((4, 5),)),
    "gaussian-noise": LayerCase(lambda L: L.GaussianNoise(0.3, seed=7), ((4, 5),)),
    "spatial-dropout1d": LayerCase(lambda L: L.SpatialDropout1D(0.4, seed=8), (SEQUENCE,), TIME),
    "spatial-dropout2d": LayerCase(lambda L: L.SpatialDropout2D(0.4, "channels_first", seed=9), (IMAGE,)),
    "spatial-dropout3d": LayerCase(lambda L: L.SpatialDropout3D(0.4, seed=10), (VOLUME,)),
    "activity-regularization": LayerCase(lambda L: L.ActivityRegularization(0.1, 0.2), ((4, 5),)),
}

"""Reshaping layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, VOLUME, LayerCase

CASES = {
    "flatten": LayerCase(lambda L: L.Flatten(), (IMAGE,)),
    "flatten-first": LayerCase(lambda L: L.Flatten("channels_first"), (IMAGE,)),
    "reshape": LayerCase(lambda L: L.Reshape((2, -1)), ((3, 4, 5),)),
    "permute": LayerCase(lambda L: L.Permute((3, 1, 2)), (IMAGE,), (0, 2)),
    "repeat-vector": LayerCase(lambda L: L.RepeatVector(3), ((4, 5),)),
    "cropping1d": LayerCase(lambda L: L.Cropping1D((1, 2)), (SEQUENCE,)),
    "cropping2d": LayerCase(lambda L: L.Cropping2D(((1, 0), (2, 1)), "channels_first"), ((2, 3, 4, 5),)),
    "cropping3d": LayerCase(lambda L: L.Cropping3D((1, 0, 1)), ((2, 3, 2, 4, 2),)),
    "up-sampling1d": LayerCase(lambda L: L.UpSampling1D(3), (SEQUENCE,), TIME),
    "up-sampling2d": LayerCase(lambda L: L.UpSampling2D((2, 3)), (IMAGE,), (0, 1, 2)),
    "up-sampling2d-bilinear": LayerCase(
        lambda L: L.UpSampling2D(2, "channels_first", interpolation="bilinear"), ((2, 3, 3, 4),)
    ),
    "up-sampling3d": LayerCase(lambda L: L.UpSampling3D((1, 2, 3), "channels_first"), (VOLUME,)),
    "zero-padding1d": LayerCase(lambda L: L.ZeroPadding1D((2, 0)), (SEQUENCE,), TIME),
    "zero-padding2d": LayerCase(lambda L: L.ZeroPadding2D((1, 2), "channels_first"), (IMAGE,)),
    "zero-padding3d": LayerCase(lambda L: L.ZeroPadding3D(((1, 0), (0, 2), (1, 1))), (VOLUME,)),
}

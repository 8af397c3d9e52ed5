"""Convolutional layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, LayerCase

CASES = {
    "conv1d": LayerCase(lambda L: L.Conv1D(6, 3, strides=2, padding="same", activation="tanh"), (SEQUENCE,), TIME),
    "conv1d-causal": LayerCase(lambda L: L.Conv1D(6, 2, padding="causal", dilation_rate=2), (SEQUENCE,), TIME),
    "conv1d-full": LayerCase(lambda L: L.Conv1D(2, 3, 2, padding="full"), (SEQUENCE,)),
    "conv2d": LayerCase(lambda L: L.Conv2D(6, (3, 2), activation="relu"), (IMAGE,), (0, 1, 2)),
    "conv2d-groups": LayerCase(lambda L: L.Conv2D(6, 3, 2, "same", groups=2, use_bias=False), (IMAGE,), (0, 1)),
    "conv2d-first": LayerCase(
        lambda L: L.Conv2D(6, 3, padding="same", data_format="channels_first", dilation_rate=2), ((2, 4, 6, 5),)
    ),
    "conv3d": LayerCase(lambda L: L.Conv3D(2, 2, (1, 2, 1), "same"), ((2, 3, 4, 3, 2),)),
    "conv1d-transpose": LayerCase(
        lambda L: L.Conv1DTranspose(3, 3, dilation_rate=2, data_format="channels_first"), ((2, 4, 5),)
    ),
    "conv2d-transpose": LayerCase(lambda L: L.Conv2DTranspose(3, 3, 2, "same", activation="relu"), (IMAGE,), (0, 1, 2)),
    "conv2d-transpose-padded": LayerCase(lambda L: L.Conv2DTranspose(3, (3, 2), 2, "same", (1, 0)), (IMAGE,)),
    "conv3d-transpose": LayerCase(lambda L: L.Conv3DTranspose(2, 2, 2, use_bias=False), ((1, 2, 3, 2, 2),)),
    "depthwise-conv1d": LayerCase(
        lambda L: L.DepthwiseConv1D(3, 2, depth_multiplier=2, data_format="channels_first"), ((2, 4, 6),)
    ),
    "depthwise-conv2d": LayerCase(lambda L: L.DepthwiseConv2D(3, 2, "same", activation="tanh"), (IMAGE,), (0, 1, 2)),
    "separable-conv1d": LayerCase(lambda L: L.SeparableConv1D(3, 2, dilation_rate=2), (SEQUENCE,)),
    "separable-conv2d": LayerCase(lambda L: L.SeparableConv2D(5, 3, padding="same", depth_multiplier=2), (IMAGE,)),
}

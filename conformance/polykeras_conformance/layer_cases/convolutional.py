"""Convolutional layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, LayerCase

CASES = {
    "conv1d": LayerCase(lambda L: L.Conv1D(6, 3, strides=2, padding="same", activation="tanh"), (SEQUENCE,), TIME),
    "conv1d-causal": LayerCase(lambda L: L.Conv1D(6, 2, padding="causal", dilation_rate=2), (SEQUENCE,), TIME),
    "conv2d": LayerCase(lambda L: L.Conv2D(6, (3, 2), activation="relu"), (IMAGE,), (0, 1, 2)),
    "conv2d-groups": LayerCase(lambda L: L.Conv2D(6, 3, 2, "same", groups=2, use_bias=False), (IMAGE,), (0, 1)),
    "conv2d-first": LayerCase(
        lambda L: L.Conv2D(6, 3, padding="same", data_format="channels_first", dilation_rate=2), ((2, 4, 6, 5),)
    ),
}

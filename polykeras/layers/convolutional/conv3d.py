"""`Conv3D`: convolution over volumes."""

from __future__ import annotations

from polykeras.layers.convolutional.base_conv import BaseConv


class Conv3D(BaseConv):
    """Convolution along three axes: inputs ``(batch, depth, height, width, channels)``. For the arguments see `BaseConv`."""

    rank = 3

"""`Conv2D`: convolution over images."""

from __future__ import annotations

from polykeras.layers.convolutional.base_conv import BaseConv


class Conv2D(BaseConv):
    """Convolution along two axes: inputs ``(batch, height, width, channels)``. For the arguments see `BaseConv`."""

    rank = 2

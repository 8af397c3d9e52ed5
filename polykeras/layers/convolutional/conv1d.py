"""`Conv1D`: convolution over time."""

from __future__ import annotations

from typing import ClassVar

from polykeras.layers.convolutional.base_conv import BaseConv


class Conv1D(BaseConv):
    """Convolution along one axis: inputs ``(batch, steps, channels)``. For the arguments see `BaseConv`.

    ``padding="causal"`` pads in front only: output t depends on inputs up to t (van den Oord et al. 2016, "WaveNet").
    """

    rank = 1
    paddings: ClassVar[tuple[str, ...]] = ("valid", "same", "full", "causal")

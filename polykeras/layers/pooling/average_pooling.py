"""`AveragePooling1D`, `AveragePooling2D`, `AveragePooling3D`: the mean of each window."""

from __future__ import annotations

from polykeras import ops
from polykeras.layers.pooling.base_pooling import BasePooling
from polykeras.typing import Tensor


class BaseAveragePooling(BasePooling):
    """The mean of each window, padding left out. See `BasePooling`."""

    def pool(self, inputs: Tensor) -> Tensor:
        """The mean of each window."""
        return ops.average_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class AveragePooling1D(BaseAveragePooling):
    """The mean of each window along one axis: inputs ``(batch, steps, channels)``. See `BasePooling`."""

    rank = 1


class AveragePooling2D(BaseAveragePooling):
    """The mean of each window: inputs ``(batch, height, width, channels)``. See `BasePooling`."""

    rank = 2


class AveragePooling3D(BaseAveragePooling):
    """The mean of each window: inputs ``(batch, depth, height, width, channels)``. See `BasePooling`."""

    rank = 3

"""`AveragePooling1D` and `AveragePooling2D`: the mean of each window."""

from __future__ import annotations

from polykeras import ops
from polykeras.layers.pooling.base_pooling import BasePooling
from polykeras.typing import Tensor


class _AveragePooling(BasePooling):
    def pool(self, inputs: Tensor) -> Tensor:
        """The mean of each window, padding left out."""
        return ops.average_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class AveragePooling1D(_AveragePooling):
    """The mean of each window along one axis: inputs ``(batch, steps, channels)``. See `BasePooling`."""

    rank = 1


class AveragePooling2D(_AveragePooling):
    """The mean of each window: inputs ``(batch, height, width, channels)``. See `BasePooling`."""

    rank = 2

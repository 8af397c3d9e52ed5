"""`MaxPooling1D`, `MaxPooling2D`, `MaxPooling3D`: the largest element of each window."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.pooling.base_pooling import BasePooling
from polykeras.typing import Tensor


class BaseMaxPooling(BasePooling):
    """The largest element of each window; of equal ones the first gets the gradient. See `BasePooling`."""

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)

    def pool(self, inputs: Tensor) -> Tensor:
        """The largest element of each window."""
        return ops.max_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class MaxPooling1D(BaseMaxPooling):
    """The largest element of each window along one axis: inputs ``(batch, steps, channels)``. See `BasePooling`."""

    rank = 1


class MaxPooling2D(BaseMaxPooling):
    """The largest element of each window: inputs ``(batch, height, width, channels)``. See `BasePooling`."""

    rank = 2


class MaxPooling3D(BaseMaxPooling):
    """The largest element of each window: inputs ``(batch, depth, height, width, channels)``. See `BasePooling`."""

    rank = 3

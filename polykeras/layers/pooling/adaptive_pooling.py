"""Pooling to a given size, whatever that of the inputs is."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.convolutional.geometry import sizes, standard_data_format
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class AdaptivePooling(Layer):
    """Summarises each channel by `output_size` windows along each spatial axis.

    Window i of n covers, of m elements, those from ``floor(i m / n)`` to ``ceil((i + 1) m / n) - 1``: together the
    windows cover all elements, and may overlap.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.

    Args:
        output_size: an int, or one for each spatial axis.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    rank: ClassVar[int]

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_size = sizes(type(self), "output_size", output_size, self.rank)
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, AdaptivePooling)


class BaseAdaptiveAveragePooling(AdaptivePooling):
    """The means of the windows. See `AdaptivePooling`."""

    def call(self, inputs: Tensor) -> Tensor:
        """The mean of each window."""
        return ops.adaptive_average_pool(inputs, self.output_size, self.data_format)


class BaseAdaptiveMaxPooling(AdaptivePooling):
    """The largest elements of the windows; of equal ones the first gets the gradient. See `AdaptivePooling`."""

    def call(self, inputs: Tensor) -> Tensor:
        """The largest element of each window."""
        return ops.adaptive_max_pool(inputs, self.output_size, self.data_format)


class AdaptiveAveragePooling1D(BaseAdaptiveAveragePooling):
    """Means of `output_size` windows: inputs ``(batch, steps, channels)``. See `AdaptivePooling`."""

    rank = 1


class AdaptiveAveragePooling2D(BaseAdaptiveAveragePooling):
    """Means of `output_size` windows: inputs ``(batch, height, width, channels)``. See `AdaptivePooling`."""

    rank = 2


class AdaptiveAveragePooling3D(BaseAdaptiveAveragePooling):
    """Means of `output_size` windows: inputs ``(batch, depth, height, width, channels)``. See `AdaptivePooling`."""

    rank = 3


class AdaptiveMaxPooling1D(BaseAdaptiveMaxPooling):
    """Largest elements of `output_size` windows: inputs ``(batch, steps, channels)``. See `AdaptivePooling`."""

    rank = 1


class AdaptiveMaxPooling2D(BaseAdaptiveMaxPooling):
    """Largest elements of `output_size` windows: inputs ``(batch, height, width, channels)``. See `AdaptivePooling`."""

    rank = 2


class AdaptiveMaxPooling3D(BaseAdaptiveMaxPooling):
    """Largest elements of `output_size` windows: inputs ``(batch, depth, height, width, channels)``.

    See `AdaptivePooling`.
    """

    rank = 3

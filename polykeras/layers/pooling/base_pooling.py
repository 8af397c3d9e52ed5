"""What pooling layers over windows share."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras.errors import ArgumentError
from polykeras.layers.configuration import arguments_of
from polykeras.layers.convolutional.geometry import check_windows_fit, sizes, standard_data_format, standard_padding
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class BasePooling(Layer):
    """Summarises each window of each channel by one number.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.

    Args:
        pool_size: size of the window: an int, or one for each spatial axis.
        strides: distance between windows; by default `pool_size`.
        padding: ``"valid"``, or ``"same"`` for ``ceil(size / stride)`` windows; padding never counts.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
    """

    rank: ClassVar[int]

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        cls = type(self)
        self.pool_size = sizes(cls, "pool_size", pool_size, self.rank)
        self.strides = self.pool_size if strides is None else sizes(cls, "strides", strides, self.rank)
        self.padding = standard_padding(cls, padding)
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        """One number for each window and channel."""
        if self.padding == "valid":
            check_windows_fit(self, tuple(inputs.shape), self.pool_size)
        return self.pool(inputs)

    def pool(self, inputs: Tensor) -> Tensor:
        """The pooling of inputs that the windows fit into."""
        raise ArgumentError(f"Layer {type(self).__name__} defines no pool(self, inputs).")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BasePooling)

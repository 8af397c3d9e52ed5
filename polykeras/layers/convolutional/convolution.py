"""What convolution layers of every kind share."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras.errors import ArgumentError
from polykeras.layers.base.biased import BiasedLayer
from polykeras.layers.configuration import known_size
from polykeras.layers.convolutional.geometry import check_windows_fit, sizes, standard_data_format, standard_padding
from polykeras.layers.input_spec import InputSpec
from polykeras.typing import Tensor


class Convolution(BiasedLayer):
    """A kernel that slides over the spatial axes; then bias and activation.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``.

    Args:
        kernel_size: an int, or one for each spatial axis.
        strides: distance between windows.
        padding: ``"valid"`` or ``"same"``, and what else the class's `paddings` holds.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window; not together with strides above 1.
        kwargs: those of `BiasedLayer` and `Layer`.
    """

    rank: ClassVar[int]
    paddings: ClassVar[tuple[str, ...]] = ("valid", "same")

    def __init__(
        self, kernel_size: Any, strides: Any, padding: str, data_format: str | None, dilation_rate: Any, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        cls = type(self)
        self.kernel_size = sizes(cls, "kernel_size", kernel_size, self.rank)
        self.strides = sizes(cls, "strides", strides, self.rank)
        self.padding = standard_padding(cls, padding, self.paddings)
        self.data_format = standard_data_format(data_format)
        self.dilation_rate = sizes(cls, "dilation_rate", dilation_rate, self.rank)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                f"{cls.__name__}: strides {self.strides} and dilation_rate {self.dilation_rate} cannot both be above 1."
            )

    @property
    def channel_axis(self) -> int:
        """The axis of the channels: -1 or 1."""
        return -1 if self.data_format == "channels_last" else 1

    def fix_channels(self, input_shape: Any) -> int:
        """The number of channels of the inputs, which from now on must have it."""
        channels = known_size(self, input_shape, self.channel_axis)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self.channel_axis: channels})
        return channels

    def op_padding(self, inputs: Tensor) -> Any:
        """`padding` as `ops.conv` takes it. Raises `ShapeError` if no window fits into `inputs` without any."""
        windows = tuple((k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))
        if self.padding == "causal":
            return tuple((w - 1, 0) for w in windows)
        if self.padding == "full":
            return tuple((w - 1, w - 1) for w in windows)
        if self.padding == "valid":
            check_windows_fit(self, tuple(inputs.shape), windows)
        return self.padding

"""What `Conv1D`, `Conv2D` and `Conv3D` share."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.base.biased import keep_weight_options, weight_options
from polykeras.layers.base.low_rank import LowRankLayer, low_rank_property
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.convolutional.convolution import Convolution
from polykeras.typing import Tensor


class BaseConv(Convolution, LowRankLayer):
    """``activation(conv(inputs, kernel) + bias)``.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``; `kernel` is
    ``(*kernel_size, channels // groups, filters)``, `bias` ``(filters,)``.

    Args:
        filters: number of output channels.
        kernel_size: an int, or one for each spatial axis.
        strides: distance between windows.
        padding: ``"valid"``, ``"same"``, or, unlike in Keras 3, ``"full"``: a window wherever it meets the input, which makes
            ``size + window - 1`` of them; of one dimension also ``"causal"``, where no output sees later inputs.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window; not together with strides above 1.
        groups: into how many groups the channels are divided; each is convolved with its own filters.
        activation: a name or a function of tensors; None for none.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: how the weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties on weights and outputs.
        kernel_constraint, bias_constraint: what the weights are projected to after each update.
        kwargs: those of `LowRankLayer` and `Layer`.
    """

    paddings: ClassVar[tuple[str, ...]] = ("valid", "same", "full")
    kernel = low_rank_property("kernel")

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        cls = type(self)
        self.filters = positive(cls, "filters", filters)
        self.groups = positive(cls, "groups", groups)
        keep_weight_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        if self.filters % self.groups:
            raise ArgumentError(f"{cls.__name__}: {filters} filters cannot be divided into {groups} groups.")

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        channels = self.fix_channels(input_shape)
        if channels % self.groups:
            raise ArgumentError(
                f"Layer {self.name!r}: the {channels} channels of the input {tuple(input_shape)} ({self.data_format}) "
                f"cannot be divided into {self.groups} groups."
            )
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self.add_low_rank_weight(shape, **weight_options(self, "kernel"), name="kernel")
        self.add_bias(self.filters)

    def call(self, inputs: Tensor) -> Tensor:
        """The convolution, with bias and activation."""
        return self.finish(self.convolution_op(inputs, self.low_rank_value()), self.channel_axis)

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """The convolution alone; a subclass may override it to change the kernel that is used."""
        padding = self.op_padding(inputs)
        return ops.conv(inputs, kernel, self.strides, padding, self.data_format, self.dilation_rate)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseConv)

"""`DepthwiseConv1D` and `DepthwiseConv2D`: each channel is convolved by kernels of its own."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.base.biased import keep_weight_options, weight_options
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.convolutional.convolution import Convolution
from polykeras.typing import Tensor


class BaseDepthwiseConv(Convolution):
    """``activation(depthwise_conv(inputs, kernel) + bias)``.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``; `kernel` is
    ``(*kernel_size, channels, depth_multiplier)``; there are ``channels * depth_multiplier`` output channels, those of
    one input channel side by side.

    Args:
        kernel_size: an int, or one for each spatial axis.
        strides: distance between windows.
        padding: ``"valid"`` or ``"same"``.
        depth_multiplier: number of kernels for each channel.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window; not together with strides above 1.
        activation: a name or a function of tensors; None for none.
        use_bias: whether a bias is added.
        depthwise_initializer, bias_initializer: how the weights start.
        depthwise_regularizer, bias_regularizer, activity_regularizer: penalties on weights and outputs.
        depthwise_constraint, bias_constraint: what the weights are projected to after each update.
    """

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
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
        self.depth_multiplier = positive(type(self), "depth_multiplier", depth_multiplier)
        keep_weight_options(self, "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        channels = self.fix_channels(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self.add_weight(shape, **weight_options(self, "depthwise"), name="kernel")
        self.add_bias(channels * self.depth_multiplier)

    def call(self, inputs: Tensor) -> Tensor:
        """The convolution of each channel, with bias and activation."""
        padding = self.op_padding(inputs)
        x = ops.depthwise_conv(inputs, self.kernel.value, self.strides, padding, self.data_format, self.dilation_rate)
        return self.finish(x, self.channel_axis)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseDepthwiseConv)


class DepthwiseConv1D(BaseDepthwiseConv):
    """Depthwise convolution along one axis: inputs ``(batch, steps, channels)``. See `BaseDepthwiseConv`."""

    rank = 1


class DepthwiseConv2D(BaseDepthwiseConv):
    """Depthwise convolution: inputs ``(batch, height, width, channels)``. See `BaseDepthwiseConv`."""

    rank = 2

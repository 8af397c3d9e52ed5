"""`SeparableConv1D` and `SeparableConv2D`: channel by channel in space, then across the channels."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.base.biased import keep_weight_options, weight_options
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.convolutional.convolution import Convolution
from polykeras.typing import Tensor


class BaseSeparableConv(Convolution):
    """``activation(separable_conv(inputs, depthwise_kernel, pointwise_kernel) + bias)``.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``;
    `depthwise_kernel` is ``(*kernel_size, channels, depth_multiplier)``, `pointwise_kernel` ``(1, ..., channels *
    depth_multiplier, filters)``. Chollet 2017, "Xception: deep learning with depthwise separable convolutions".

    Args:
        filters: number of output channels.
        kernel_size: an int, or one for each spatial axis.
        strides: distance between windows.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window; not together with strides above 1.
        depth_multiplier: number of depthwise kernels for each channel.
        activation: a name or a function of tensors; None for none.
        use_bias: whether a bias is added.
        depthwise_initializer, pointwise_initializer, bias_initializer: how the weights start.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer: penalties on weights and
            outputs.
        depthwise_constraint, pointwise_constraint, bias_constraint: what the weights are projected to after each
            update.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
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
        self.filters = positive(type(self), "filters", filters)
        self.depth_multiplier = positive(type(self), "depth_multiplier", depth_multiplier)
        keep_weight_options(self, "depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint)
        keep_weight_options(self, "pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint)

    def build(self, input_shape: Any) -> None:
        """Make both kernels and the bias."""
        channels = self.fix_channels(input_shape)
        depthwise = (*self.kernel_size, channels, self.depth_multiplier)
        pointwise = (*(1,) * self.rank, channels * self.depth_multiplier, self.filters)
        options = weight_options(self, "depthwise"), weight_options(self, "pointwise")
        self.depthwise_kernel = self.add_weight(depthwise, **options[0], name="depthwise_kernel")
        self.pointwise_kernel = self.add_weight(pointwise, **options[1], name="pointwise_kernel")
        self.add_bias(self.filters)

    def call(self, inputs: Tensor) -> Tensor:
        """Both convolutions, with bias and activation."""
        padding = self.op_padding(inputs)
        x = ops.separable_conv(inputs, *self.kernels(), self.strides, padding, self.data_format, self.dilation_rate)
        return self.finish(x, self.channel_axis)

    def kernels(self) -> tuple[Tensor, Tensor]:
        """The two kernels to compute with."""
        return self.depthwise_kernel.value, self.pointwise_kernel.value

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseSeparableConv)


class SeparableConv1D(BaseSeparableConv):
    """Separable convolution along one axis: inputs ``(batch, steps, channels)``. See `BaseSeparableConv`."""

    rank = 1


class SeparableConv2D(BaseSeparableConv):
    """Separable convolution: inputs ``(batch, height, width, channels)``. See `BaseSeparableConv`."""

    rank = 2

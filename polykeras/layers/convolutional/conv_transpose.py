"""Transposed convolutions: `Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.base.biased import keep_weight_options, weight_options
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.convolutional.convolution import Convolution
from polykeras.layers.convolutional.geometry import sizes
from polykeras.typing import Tensor


class BaseConvTranspose(Convolution):
    """``activation(conv_transpose(inputs, kernel) + bias)``: the way back from the outputs of a convolution.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``; `kernel` is
    ``(*kernel_size, filters, channels)``, `bias` ``(filters,)``.

    Args:
        filters: number of output channels.
        kernel_size: an int, or one for each spatial axis.
        strides: distance in the outputs between neighbours in the inputs.
        padding: ``"valid"`` or ``"same"``. See `ops.conv_transpose` for the sizes.
        output_padding: elements added at the end of each spatial axis, fewer than its stride; None for what makes the
            sizes ``size * stride`` (for ``"valid"`` at least that).
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window; not together with strides above 1.
        activation, use_bias: as for `BaseConv`, like all further arguments.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        keep_weight_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self.output_padding = None
        if output_padding is not None:
            self.output_padding = sizes(cls, "output_padding", output_padding, self.rank, least=0)
            if any(extra >= stride for extra, stride in zip(self.output_padding, self.strides, strict=True)):
                raise ArgumentError(
                    f"{cls.__name__}: output_padding must be less than the stride along each axis, got "
                    f"{self.output_padding} for strides {self.strides}."
                )

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        shape = (*self.kernel_size, self.filters, self.fix_channels(input_shape))
        self.kernel = self.add_weight(shape, **weight_options(self, "kernel"), name="kernel")
        self.add_bias(self.filters)

    def call(self, inputs: Tensor) -> Tensor:
        """The transposed convolution, with bias and activation."""
        x = ops.conv_transpose(
            inputs,
            self.kernel.value,
            self.strides,
            self.padding,
            self.output_padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.finish(x, self.channel_axis)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseConvTranspose)


class Conv1DTranspose(BaseConvTranspose):
    """Transposed convolution along one axis: inputs ``(batch, steps, channels)``. See `BaseConvTranspose`."""

    rank = 1


class Conv2DTranspose(BaseConvTranspose):
    """Transposed convolution: inputs ``(batch, height, width, channels)``. See `BaseConvTranspose`."""

    rank = 2


class Conv3DTranspose(BaseConvTranspose):
    """Transposed convolution: inputs ``(batch, depth, height, width, channels)``. See `BaseConvTranspose`.

    Unlike its siblings, and as in Keras, it takes `data_format` before `output_padding`.
    """

    rank = 3

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: Any = None,
        dilation_rate: Any = 1,
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
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )

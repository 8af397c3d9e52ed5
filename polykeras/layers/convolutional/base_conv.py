"""What convolution layers of every rank share."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import activations, constraints, initializers, ops, regularizers
from polykeras.errors import ArgumentError
from polykeras.layers.configuration import arguments_of, known_size, positive
from polykeras.layers.convolutional.geometry import check_windows_fit, sizes, standard_data_format, standard_padding
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class BaseConv(Layer):
    """``activation(conv(inputs, kernel) + bias)``.

    Inputs ``(batch, *spatial, channels)``, or ``(batch, channels, *spatial)`` for ``"channels_first"``; `kernel` is
    ``(*kernel_size, channels // groups, filters)``, `bias` ``(filters,)``.

    Args:
        filters: number of output channels.
        kernel_size: an int, or one for each spatial axis.
        strides: distance between windows.
        padding: ``"valid"`` or ``"same"``; of one dimension also ``"causal"``, where no output sees later inputs.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default the configured one.
        dilation_rate: distance between the elements of a window; not together with strides above 1.
        groups: into how many groups the channels are divided; each is convolved with its own filters.
        activation: a name or a function of tensors; None for none.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: how the weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties on weights and outputs.
        kernel_constraint, bias_constraint: what the weights are projected to after each update.
    """

    rank: ClassVar[int]
    paddings: ClassVar[tuple[str, ...]] = ("valid", "same")

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
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        cls = type(self)
        self.filters = positive(cls, "filters", filters)
        self.kernel_size = sizes(cls, "kernel_size", kernel_size, self.rank)
        self.strides = sizes(cls, "strides", strides, self.rank)
        self.padding = standard_padding(cls, padding, self.paddings)
        self.data_format = standard_data_format(data_format)
        self.dilation_rate = sizes(cls, "dilation_rate", dilation_rate, self.rank)
        self.groups = positive(cls, "groups", groups)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        if self.filters % self.groups:
            raise ArgumentError(f"{cls.__name__}: {filters} filters cannot be divided into {groups} groups.")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                f"{cls.__name__}: strides {self.strides} and dilation_rate {self.dilation_rate} cannot both be above 1."
            )

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        axis = -1 if self.data_format == "channels_last" else 1
        channels = known_size(self, input_shape, axis)
        if channels % self.groups:
            raise ArgumentError(
                f"Layer {self.name!r}: the {channels} channels of the input {tuple(input_shape)} ({self.data_format}) "
                f"cannot be divided into {self.groups} groups."
            )
        self.kernel = self.add_weight(
            (*self.kernel_size, channels // self.groups, self.filters),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (self.filters,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})

    def call(self, inputs: Tensor) -> Tensor:
        """The convolution, with bias and activation."""
        x = self.convolution_op(inputs, self.kernel.value)
        if self.bias is not None:
            bias = self.bias.value
            if self.data_format == "channels_first":
                bias = ops.reshape(bias, (self.filters, *(1,) * self.rank))
            x = ops.add(x, bias)
        return self.activation(x)

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """The convolution alone; a subclass may override it to change the kernel that is used."""
        padding: Any = self.padding
        windows = tuple((k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))
        if padding == "valid":
            check_windows_fit(self, tuple(inputs.shape), windows)
        elif padding == "causal":
            padding = ((windows[0] - 1, 0),)
        return ops.conv(inputs, kernel, self.strides, padding, self.data_format, self.dilation_rate)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, BaseConv)

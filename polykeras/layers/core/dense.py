"""`Dense`: every output is a weighted sum of all features."""

from __future__ import annotations

from typing import Any

from polykeras import activations, constraints, initializers, ops, regularizers
from polykeras.layers.base.low_rank import LowRankLayer, low_rank_property
from polykeras.layers.configuration import arguments_of, known_size, positive
from polykeras.layers.input_spec import InputSpec
from polykeras.typing import Tensor


class Dense(LowRankLayer):
    """``activation(inputs @ kernel + bias)`` along the last axis.

    Inputs ``(batch, ..., features)``, outputs ``(batch, ..., units)``; `kernel` is ``(features, units)``, `bias`
    ``(units,)``.

    Args:
        units: size of the last axis of the outputs.
        activation: a name or a function of tensors; None for none.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: how the weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties on weights and outputs.
        kernel_constraint, bias_constraint: what the weights are projected to after each update.
        lora_rank, lora_alpha, quantization_config: see `LowRankLayer`.

    >>> Dense(3)(ops.ones((2, 4))).shape
    (2, 3)
    """

    kernel = low_rank_property("kernel")

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.units = positive(type(self), "units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        features = known_size(self, input_shape)
        self.add_low_rank_weight(
            (features, self.units),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})

    def call(self, inputs: Tensor) -> Tensor:
        """The weighted sums."""
        x = ops.matmul(inputs, self.low_rank_value())
        if self.bias is not None:
            x = ops.add(x, self.bias.value)
        return self.activation(x)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Dense)

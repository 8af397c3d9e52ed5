"""`Dense`: every output is a weighted sum of all features."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.base.biased import BiasedLayer, keep_weight_options, weight_options
from polykeras.layers.base.low_rank import LowRankLayer, low_rank_property
from polykeras.layers.configuration import arguments_of, known_size, positive
from polykeras.layers.input_spec import InputSpec
from polykeras.typing import Tensor


class Dense(BiasedLayer, LowRankLayer):
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
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            bias_constraint=bias_constraint,
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.units = positive(type(self), "units", units)
        keep_weight_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        features = known_size(self, input_shape)
        self.add_low_rank_weight((features, self.units), **weight_options(self, "kernel"), name="kernel")
        self.add_bias(self.units)
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})

    def call(self, inputs: Tensor) -> Tensor:
        """The weighted sums."""
        return self.finish(ops.matmul(inputs, self.low_rank_value()))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Dense)

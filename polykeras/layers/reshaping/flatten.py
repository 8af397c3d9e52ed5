"""`Flatten`: all axes but the batch in one."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.convolutional.geometry import standard_data_format
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.ops.rules import size_of
from polykeras.typing import Tensor


class Flatten(Layer):
    """``(batch, features)`` from ``(batch, ...)``; of one axis it makes ``(batch, 1)``.

    With ``data_format="channels_first"`` the channels are put last before, so that both formats give equal features.
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standard_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, reshaped."""
        shape = tuple(inputs.shape)
        if self.data_format == "channels_first" and len(shape) > 2:
            inputs = ops.transpose(inputs, (0, *range(2, len(shape)), 1))
        return ops.reshape(inputs, (shape[0], size_of(shape[1:])))

    def get_config(self) -> dict[str, Any]:
        """The data format."""
        return super().get_config() | arguments_of(self, Flatten)

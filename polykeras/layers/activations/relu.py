"""`ReLU`: nothing below a threshold."""

from __future__ import annotations

from typing import Any

from polykeras import activations
from polykeras.layers.configuration import arguments_of, not_negative
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class ReLU(Layer):
    """x above `threshold`, but at most `max_value`; ``negative_slope * (x - threshold)`` up to it.

    Args:
        max_value: at least 0; None for no limit.
        negative_slope: at least 0.
        threshold: at least 0.
    """

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        cls = type(self)
        self.max_value = None if max_value is None else not_negative(cls, "max_value", max_value)
        self.negative_slope = not_negative(cls, "negative_slope", negative_slope)
        self.threshold = not_negative(cls, "threshold", threshold)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        """The function of the inputs."""
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, ReLU)

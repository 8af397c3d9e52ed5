"""`ActivityRegularization`: a penalty on what passes."""

from __future__ import annotations

from typing import Any

from polykeras import regularizers
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class ActivityRegularization(Layer):
    """Hands on its inputs, and adds ``l1 * sum(abs(inputs)) + l2 * sum(inputs ** 2)``, per sample, to the loss.

    Args:
        l1, l2: the factors, at least 0.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.supports_masking = True
        self.l1 = l1
        self.l2 = l2

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs."""
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The factors."""
        config = super().get_config() | arguments_of(self, ActivityRegularization)
        del config["activity_regularizer"]  # the factors say it
        return config

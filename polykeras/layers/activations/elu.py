"""`ELU`: the exponential linear unit."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class ELU(Layer):
    """x above 0, ``alpha * (exp(x) - 1)`` below. Clevert et al. 2016.

    Args:
        alpha: minus what the outputs tend to far below 0.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        """The function of the inputs."""
        return ops.elu(inputs, self.alpha)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, ELU)

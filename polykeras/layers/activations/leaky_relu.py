"""`LeakyReLU`: a small slope below 0."""

from __future__ import annotations

import warnings
from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of, not_negative
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class LeakyReLU(Layer):
    """x above 0, ``negative_slope * x`` below. Maas et al. 2013.

    Args:
        negative_slope: at least 0. `alpha` is its former name, taken with a warning.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        if "alpha" in kwargs:
            negative_slope = kwargs.pop("alpha")
            warnings.warn("LeakyReLU: alpha is called negative_slope now.", DeprecationWarning, stacklevel=2)
        super().__init__(**kwargs)
        self.negative_slope = not_negative(type(self), "negative_slope", negative_slope)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        """The function of the inputs."""
        return ops.leaky_relu(inputs, self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, LeakyReLU)

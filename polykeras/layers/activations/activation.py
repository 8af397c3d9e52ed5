"""`Activation`: a function of tensors as a layer."""

from __future__ import annotations

from typing import Any

from polykeras import activations
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.logits import activated
from polykeras.typing import Tensor


class Activation(Layer):
    """``activation(inputs)``, for a name such as ``"relu"`` or a function of tensors."""

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        """The function of the inputs."""
        return activated(self.activation, inputs)

    def get_config(self) -> dict[str, Any]:
        """The activation."""
        return super().get_config() | arguments_of(self, Activation)

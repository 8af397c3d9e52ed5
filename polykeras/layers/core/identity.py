"""`Identity`: nothing happens."""

from __future__ import annotations

from typing import Any

from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class Identity(Layer):
    """Returns its inputs: a tensor, or a structure of tensors."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs."""
        return inputs

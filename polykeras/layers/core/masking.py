"""`Masking`: steps that hold nothing but one value do not count."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.typing import Mask, Tensor


class Masking(Layer):
    """Masks the steps of ``(batch, steps, features)`` whose features all equal `mask_value`, and sets them to 0."""

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, masked steps 0."""
        return ops.where(ops.expand_dims(self.compute_mask(inputs), -1), inputs, 0)

    def compute_mask(self, inputs: Tensor, previous_mask: Mask | None = None) -> Mask:
        """Where any feature differs from the value; what came before does not matter."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """The value."""
        return super().get_config() | arguments_of(self, Masking)

"""`Reshape`: the same elements in another shape."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.ops.rules import size_of
from polykeras.typing import Tensor


class Reshape(Layer):
    """``(batch, *target_shape)``; one size of `target_shape` may be -1, which stands for what is left."""

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(int(d) for d in target_shape)
        if self.target_shape.count(-1) > 1 or any(d < -1 for d in self.target_shape):
            raise ArgumentError(
                f"Reshape: target_shape must hold sizes, none negative but for one -1, got {target_shape!r}."
            )

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, reshaped."""
        shape = tuple(inputs.shape)
        size, known = size_of(shape[1:]), size_of([d for d in self.target_shape if d != -1])
        free = size // known if known and size % known == 0 else None
        if free is None or (-1 not in self.target_shape and free != 1):
            raise ShapeError(
                f"Layer {self.name!r}: an input of shape {without_probes(shape)} cannot be reshaped to "
                f"{('batch', *self.target_shape)}."
            )
        return ops.reshape(inputs, (shape[0], *(free if d == -1 else d for d in self.target_shape)))

    def get_config(self) -> dict[str, Any]:
        """The target shape."""
        return super().get_config() | arguments_of(self, Reshape)

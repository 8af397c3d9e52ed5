"""`Softmax`: shares that add up to 1."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ShapeError
from polykeras.layers.base.shapes import broadcasts_to
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.typing import Mask, Tensor


class Softmax(Layer):
    """``exp(x) / sum(exp(x))`` along `axis`.

    Where a mask is False the output is 0 and the others share the 1; where nothing is left, all are 0.

    Args:
        axis: an int, or several.
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = tuple(axis) if isinstance(axis, (list, tuple)) else axis
        self.supports_masking = True

    def call(self, inputs: Tensor, mask: Mask | None = None) -> Tensor:
        """The shares. `mask`, bool or numbers that count from 1/2 on, broadcasts to the inputs."""
        if mask is None:
            return ops.softmax(inputs, self.axis)
        shape, size = tuple(mask.shape), tuple(inputs.shape)
        if not broadcasts_to(shape, size):
            raise ShapeError(f"Layer {self.name!r}: a mask of shape {shape} does not broadcast to the input {size}.")
        if ops.dtype(mask) != "bool":
            mask = ops.greater(mask, 0.5)
        # Not -inf: a row without anything left would become NaN, and so would its gradient.
        lowest = -3e4 if ops.dtype(inputs) == "float16" else -1e9
        return ops.where(mask, ops.softmax(ops.where(mask, inputs, lowest), self.axis), 0.0)

    def get_config(self) -> dict[str, Any]:
        """The axis."""
        return super().get_config() | arguments_of(self, Softmax)

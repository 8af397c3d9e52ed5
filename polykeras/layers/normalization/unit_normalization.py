"""`UnitNormalization`: vectors of length 1."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.layers.normalization.affine import checked_axes
from polykeras.typing import Tensor


class UnitNormalization(Layer):
    """The inputs divided by their Euclidean norm along `axis`; what is shorter than 1e-12 by that.

    Args:
        axis: an int or several, along which a vector lies.

    >>> ops.convert_to_numpy(UnitNormalization()([[3.0, 4.0]])).round(2).tolist()
    [[0.6, 0.8]]
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = checked_axes(type(self), axis)
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs at length 1."""
        axes = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        return ops.normalize(inputs, axes, epsilon=1e-12)

    def get_config(self) -> dict[str, Any]:
        """The axis."""
        return super().get_config() | arguments_of(self, UnitNormalization)

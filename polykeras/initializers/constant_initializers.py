"""Initializers that draw nothing."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.dtypes import standardize
from polykeras.errors import ShapeError
from polykeras.initializers.initializer import Initializer
from polykeras.typing import Shape, Tensor


class Constant(Initializer):
    """One number, or an array or nested list that broadcasts to the shape."""

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Shape, dtype: Any = None) -> Tensor:
        """The value in that shape."""
        return ops.full(shape, self.value, standardize(dtype))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        from polykeras import saving

        return {"value": saving.serialize_keras_object(self.value)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constant:
        """The initializer that `get_config` described."""
        from polykeras import saving

        return cls(saving.deserialize_keras_object(config["value"]))


class Zeros(Initializer):
    """Zeros."""

    def __call__(self, shape: Shape, dtype: Any = None) -> Tensor:
        """Zeros of that shape."""
        return ops.zeros(shape, dtype)


class Ones(Initializer):
    """Ones."""

    def __call__(self, shape: Shape, dtype: Any = None) -> Tensor:
        """Ones of that shape."""
        return ops.ones(shape, dtype)


class Identity(Initializer):
    """`gain` on the diagonal of a matrix, zeros beside it."""

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Shape, dtype: Any = None) -> Tensor:
        """The matrix. Raises `ShapeError` for a shape that is not one."""
        if len(shape) != 2:
            raise ShapeError(f"Identity makes matrices, got shape {tuple(shape)}.")
        return ops.multiply(ops.eye(shape[0], shape[1], dtype=dtype), self.gain)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"gain": self.gain}

"""Initializers that draw nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.dtypes import standardize
from polykeras.errors import ShapeError
from polykeras.initializers.initializer import Initializer


class Constant(Initializer):
    """One number, or a value that broadcasts to the shape."""

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        return ops.full(shape, self.value, standardize(dtype))

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}


class Zeros(Initializer):
    """Zeros."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        return ops.zeros(shape, dtype)


class Ones(Initializer):
    """Ones."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        return ops.ones(shape, dtype)


class Identity(Initializer):
    """`gain` on the diagonal of a matrix, zeros beside it."""

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        if len(shape) != 2:
            raise ShapeError(f"Identity makes matrices, got shape {tuple(shape)}.")
        return ops.multiply(ops.eye(shape[0], shape[1], dtype=dtype), self.gain)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain}



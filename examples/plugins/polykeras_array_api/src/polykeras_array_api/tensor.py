"""The tensor: an array of some namespace in a class of its own, so that the core knows whose it is.

Without it, a class of arrays that has an adapter of its own would belong to two backends in one process.
"""

from __future__ import annotations

from typing import Any

from polykeras.interpreters.operators import TensorOperators


class Tensor(TensorOperators):
    """An array that nobody changes, and the name of its dtype. Each backend makes a subclass."""

    __slots__ = ("__weakref__", "array", "dtype")

    def __init__(self, array: Any, dtype: str) -> None:
        self.array = array
        self.dtype = dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's."""
        return tuple(self.array.shape)

    def __bool__(self) -> bool:
        return bool(self.array)

    def __int__(self) -> int:
        return int(self.array)

    def __float__(self) -> float:
        return float(self.array)

    def __complex__(self) -> complex:
        return complex(self.array)

    def __repr__(self) -> str:
        return f"Tensor({self.array!r})"

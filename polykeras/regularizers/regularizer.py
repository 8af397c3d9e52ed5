"""`Regularizer`: the base class."""

from __future__ import annotations

import math
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.typing import Tensor


class Regularizer:
    """A function from a tensor to a scalar penalty. A subclass defines ``__call__(self, x)``."""

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty."""
        raise ArgumentError(f"{type(self).__name__} defines no __call__(self, x).")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """The one that `get_config` described."""
        return cls(**config)


def checked(regularizer: type, name: str, value: float | None, default: float) -> float:
    """`value`, or `default` for None, as a float. Raises `ArgumentError` unless it is finite and not below 0."""
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise ArgumentError(f"{regularizer.__name__}: {name} must be a finite number not below 0, got {value!r}.")
    return float(value)

"""`Constraint`: the base class."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.typing import Tensor


class Constraint:
    """A function from a weight to one that is allowed."""

    def __call__(self, w: Tensor) -> Tensor:
        """The weight, changed as little as needed."""
        raise ArgumentError(f"{type(self).__name__} defines no __call__(self, w).")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """The one that `get_config` described."""
        return cls(**config)

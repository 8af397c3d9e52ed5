"""`Initializer`: the base class."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.typing import Shape, Tensor


class Initializer:
    """A function from shape and dtype to a tensor. A subclass defines ``__call__(self, shape, dtype=None)``."""

    def __call__(self, shape: Shape, dtype: Any = None) -> Tensor:
        """A tensor of that shape; the default float unless `dtype` says otherwise."""
        raise ArgumentError(f"{type(self).__name__} defines no __call__(self, shape, dtype=None).")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """The initializer that `get_config` described."""
        return cls(**config)

    def clone(self) -> Initializer:
        """An equal initializer."""
        return self.from_config(self.get_config())

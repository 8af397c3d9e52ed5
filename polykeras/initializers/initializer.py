"""`Initializer`: the base class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Initializer:
    """A function from shape and dtype to a tensor."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """A tensor of that shape; the default float unless `dtype` says otherwise."""
        raise TypeError(f"{type(self).__name__} defines no __call__(self, shape, dtype=None).")

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """The initializer that `get_config` described."""
        return cls(**config)

    def clone(self) -> Initializer:
        """An equal initializer."""
        return self.from_config(self.get_config())

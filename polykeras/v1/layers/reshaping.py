"""Layers that change shapes and compute nothing."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.errors import ShapeError
from polykeras.v1.engine.adapted import Adapted


class Reshape(Adapted, modern.Reshape):
    """Samples of another shape; one size may be -1."""

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(today={"target_shape": target_shape}, **kwargs)


class Permute(Adapted, modern.Permute):
    """The axes of samples, counted from 1, in another order."""

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(today={"dims": dims}, **kwargs)


class RepeatVector(Adapted, modern.RepeatVector):
    """``(samples, features)`` n times, as steps."""

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(today={"n": n}, **kwargs)


class Flatten(Adapted, modern.Flatten):
    """Samples as vectors, their elements in the order in which they lie, whatever axis the channels are on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(today={"data_format": "channels_last"}, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Raise `ShapeError` unless all sizes are known."""
        shape = tuple(input_shape)
        if len(shape) < 3:
            raise ShapeError(f"Flatten {self.name!r}: samples of at least 2 axes were wanted, got {shape}.")
        if None in shape[1:]:
            raise ShapeError(
                f"Flatten {self.name!r}: the shape of the samples, {shape[1:]}, is not fully known. Give the "
                "first layer a complete input_shape, or, if it is an Embedding, input_length."
            )
        self.built = True

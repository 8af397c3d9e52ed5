"""What the layers that act on their inputs at random while training share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.layers.layer import Layer
from polykeras.random.seed_generator import SeedGenerator
from polykeras.typing import Tensor


class RandomLayer(Layer):
    """Changes its inputs at random in training, and hands them on unchanged else.

    A subclass says how in `disturb`, which draws from `seed_generator`.

    Args:
        active: whether it does anything at all; without, it has no random state.
        seed: an int for the same numbers in every run.
    """

    def __init__(self, active: bool, seed: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.active = active
        self.seed = seed
        if active:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def disturb(self, inputs: Tensor) -> Tensor:
        """The inputs as training sees them."""
        return inputs

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """The inputs, changed if `training`."""
        return self.disturb(inputs) if training and self.active else inputs


def drawn_shape(layer: Layer, inputs: Tensor, noise_shape: Sequence[int | None] | None) -> tuple[int, ...]:
    """The shape to draw in, which broadcasts to that of `inputs`: `noise_shape` with the inputs' sizes for None.

    Raises `ShapeError`, naming the layer, if it does not broadcast to the inputs without changing their rank.
    """
    shape = tuple(inputs.shape)
    if noise_shape is None:
        return shape
    fits = len(noise_shape) == len(shape) and all(n in (None, 1, d) for n, d in zip(noise_shape, shape, strict=True))
    if not fits:
        raise ShapeError(
            f"Layer {layer.name!r}: noise_shape {tuple(noise_shape)} does not fit an input of shape "
            f"{without_probes(shape)}: along each axis it must be 1, None or the size there."
        )
    return tuple(d if n is None else int(n) for n, d in zip(noise_shape, shape, strict=True))

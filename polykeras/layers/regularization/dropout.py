"""`Dropout`: random zeros while training."""

from __future__ import annotations

from typing import Any

from polykeras import random
from polykeras.layers.configuration import arguments_of, fraction
from polykeras.layers.layer import Layer
from polykeras.random.seed_generator import SeedGenerator
from polykeras.typing import Tensor


class Dropout(Layer):
    """In training, sets a fraction `rate` of the inputs to 0 and divides the others by ``1 - rate``.

    Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".

    Args:
        rate: from 0 to 1.
        noise_shape: broadcasts to the shape of the inputs; where it is 1, a draw is shared; None: the size there.
        seed: an int for the same masks in every run.
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = fraction(type(self), "rate", rate)
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """The inputs, some of them dropped if `training`."""
        if not training or self.rate == 0:
            return inputs
        return random.dropout(inputs, self.rate, self.noise_shape, self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Dropout)

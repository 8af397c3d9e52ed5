"""`Dropout`: random zeros while training."""

from __future__ import annotations

from typing import Any

from polykeras import random
from polykeras.layers.configuration import arguments_of, fraction
from polykeras.layers.regularization.random_layer import RandomLayer, drawn_shape
from polykeras.typing import Tensor


class Dropout(RandomLayer):
    """In training, sets a fraction `rate` of the inputs to 0 and divides the others by ``1 - rate``.

    Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".

    Args:
        rate: from 0 to 1.
        noise_shape: broadcasts to the shape of the inputs; where it is 1, a draw is shared; None: the size there.
        seed: an int for the same masks in every run.
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(fraction(type(self), "rate", rate) > 0, seed, **kwargs)
        self.rate = rate
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)

    def disturb(self, inputs: Tensor) -> Tensor:
        """The inputs, some of them dropped."""
        return random.dropout(inputs, self.rate, drawn_shape(self, inputs, self.noise_shape), self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Dropout)

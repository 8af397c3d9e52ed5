"""`AlphaDropout`: dropout that keeps mean and variance."""

from __future__ import annotations

from typing import Any

from polykeras import ops, random
from polykeras.layers.configuration import arguments_of, below_one
from polykeras.layers.regularization.random_layer import RandomLayer, drawn_shape
from polykeras.typing import Tensor

# SELU tends to minus this product, alpha times scale, far below 0.
SATURATION = -1.6732632423543772 * 1.0507009873554805


class AlphaDropout(RandomLayer):
    """In training, sets a fraction `rate` of the inputs to where SELU saturates, then stretches and moves all.

    So inputs of mean 0 and variance 1 keep both, as networks of `selu` layers need. Klambauer et al. 2017,
    "Self-normalizing neural networks".

    Args:
        rate: from 0 up to, but not, 1.
        noise_shape: broadcasts to the shape of the inputs; where it is 1, a draw is shared; None: the size there.
        seed: an int for the same masks in every run.
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(below_one(type(self), "rate", rate) > 0, seed, **kwargs)
        self.rate = rate
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)

    def disturb(self, inputs: Tensor) -> Tensor:
        """The inputs, some of them saturated, as a whole with mean and variance as before."""
        shape = drawn_shape(self, inputs, self.noise_shape)
        kept = ops.greater_equal(random.uniform(shape, dtype="float32", seed=self.seed_generator), self.rate)
        stretch = ((1 - self.rate) * (1 + self.rate * SATURATION**2)) ** -0.5
        shift = -stretch * SATURATION * self.rate
        return ops.add(ops.multiply(ops.where(kept, inputs, SATURATION), stretch), shift)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, AlphaDropout)

"""`GaussianDropout` and `GaussianNoise`: normal numbers times, or plus, the inputs while training."""

from __future__ import annotations

import math
from typing import Any

from polykeras import ops, random
from polykeras.layers.configuration import arguments_of, below_one, not_negative
from polykeras.layers.regularization.random_layer import RandomLayer
from polykeras.typing import Tensor


class GaussianDropout(RandomLayer):
    """In training, multiplies by normal numbers of mean 1 and standard deviation ``sqrt(rate / (1 - rate))``.

    Mean and variance are those of `Dropout`'s factors. Srivastava et al. 2014, section 10.

    Args:
        rate: from 0 up to, but not, 1.
        seed: an int for the same numbers in every run.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(below_one(type(self), "rate", rate) > 0, seed, **kwargs)
        self.rate = rate

    def disturb(self, inputs: Tensor) -> Tensor:
        """The inputs times the noise."""
        stddev = math.sqrt(self.rate / (1 - self.rate))
        noise = random.normal(tuple(inputs.shape), 1.0, stddev, ops.dtype(inputs), self.seed_generator)
        return ops.multiply(inputs, noise)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, GaussianDropout)


class GaussianNoise(RandomLayer):
    """In training, adds normal numbers of mean 0.

    Args:
        stddev: their standard deviation.
        seed: an int for the same numbers in every run.
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(not_negative(type(self), "stddev", stddev) > 0, seed, **kwargs)
        self.stddev = stddev

    def disturb(self, inputs: Tensor) -> Tensor:
        """The inputs plus the noise."""
        noise = random.normal(tuple(inputs.shape), 0.0, self.stddev, ops.dtype(inputs), self.seed_generator)
        return ops.add(inputs, noise)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, GaussianNoise)

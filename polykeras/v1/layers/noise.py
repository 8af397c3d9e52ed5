"""Layers that add noise in training."""

from __future__ import annotations

import math
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.base_layer import Layer


class GaussianNoise(Layer):
    """In training, normal noise of standard deviation `sigma` is added."""

    uses_learning_phase = True

    def __init__(self, sigma: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sigma = sigma
        self.supports_masking = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """`x`, in training with noise."""
        return K.in_train_phase(lambda: x + K.random_normal(tuple(x.shape), 0.0, self.sigma), x)


class GaussianDropout(Layer):
    """In training, multiplied by normal noise around 1 of variance ``p / (1 - p)``. Srivastava et al. 2014."""

    uses_learning_phase = True

    def __init__(self, p: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= p < 1:
            raise ArgumentError(f"GaussianDropout: p must be from 0 to below 1, got {p!r}.")
        self.p = p
        self.supports_masking = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """`x`, in training with noise."""
        spread = math.sqrt(self.p / (1.0 - self.p))
        return K.in_train_phase(lambda: x * K.random_normal(tuple(x.shape), 1.0, spread), x)


__all__ = ["GaussianDropout", "GaussianNoise"]

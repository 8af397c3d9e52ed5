"""Layers that add noise in training."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.v1.engine.adapted import Adapted
from polykeras.v1.layers.dropping import InTraining, fraction


class GaussianNoise(InTraining, Adapted, modern.GaussianNoise):
    """In training, normal noise of standard deviation `sigma` is added."""

    def __init__(self, sigma: float, **kwargs: Any) -> None:
        super().__init__(today={"stddev": sigma}, **kwargs)
        self.sigma = sigma


class GaussianDropout(InTraining, Adapted, modern.GaussianDropout):
    """In training, multiplied by normal noise around 1 of variance ``p / (1 - p)``. Srivastava et al. 2014."""

    def __init__(self, p: float, **kwargs: Any) -> None:
        super().__init__(today={"rate": fraction(type(self), p)}, **kwargs)
        self.p = p


__all__ = ["GaussianDropout", "GaussianNoise"]

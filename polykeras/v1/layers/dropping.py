"""Layers that drop elements in training."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.errors import ArgumentError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.adapted import Adapted, Spatial
from polykeras.v1.engine.base_layer import Layer


class InTraining(Layer):
    """Mixin: does what the layer of today calls `disturb` while the learning phase is that of training."""

    uses_learning_phase = True
    keeps_masks = True
    active: bool
    disturb: Any

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """`x`, disturbed in training."""
        return K.in_train_phase(lambda: self.disturb(x), x) if self.active else x


def fraction(layer: type, p: float) -> float:
    """`p`. Raises `ArgumentError` unless it is from 0 to below 1."""
    if not 0 <= p < 1:
        raise ArgumentError(f"{layer.__name__}: p must be from 0 to below 1, got {p!r}.")
    return p


class Dropout(InTraining, Adapted, modern.Dropout):
    """In training a fraction `p` of the elements becomes 0, and the others are divided by ``1 - p``."""

    def __init__(self, p: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        today = {"rate": fraction(type(self), p), "noise_shape": noise_shape, "seed": seed}
        super().__init__(today=today, **kwargs)
        self.p, self.noise_shape = p, noise_shape


class _SpatialDropout(InTraining, Spatial):
    """Dropout of whole channels."""

    def __init__(self, p: float, dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(dim_ordering, {"rate": fraction(type(self), p)}, **kwargs)
        self.p = p


class SpatialDropout1D(InTraining, Adapted, modern.SpatialDropout1D):
    """Dropout of whole features of ``(samples, steps, features)``."""

    def __init__(self, p: float, **kwargs: Any) -> None:
        super().__init__(today={"rate": fraction(type(self), p)}, **kwargs)
        self.p = p


class SpatialDropout2D(_SpatialDropout, modern.SpatialDropout2D):
    """Dropout of whole channels of images."""


class SpatialDropout3D(_SpatialDropout, modern.SpatialDropout3D):
    """Dropout of whole channels of volumes."""

"""Keras 1.2.2's constraints: what weights are projected to after each update."""

from __future__ import annotations

from typing import Any

from polykeras import constraints as modern
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.utils.generic_utils import as_plain, get_from_module


class Constraint(modern.Constraint):
    """Base class: ``__call__(p)`` gives the weights to use instead."""

    arguments: tuple[str, ...] = ()

    def __call__(self, p: Tensor) -> Tensor:
        """The weights as they are."""
        return p

    def get_config(self) -> dict[str, Any]:
        """The class's name and the constructor's arguments."""
        return {"name": type(self).__name__} | {name: as_plain(getattr(self, name)) for name in self.arguments}


def _norms(p: Tensor, axis: Any) -> Tensor:
    return K.sqrt(K.sum(K.square(p), axis=axis, keepdims=True))


class MaxNorm(Constraint):
    """Norms along `axis` of at most `m`."""

    arguments = ("m", "axis")

    def __init__(self, m: float = 2, axis: Any = 0) -> None:
        self.m, self.axis = m, axis

    def __call__(self, p: Tensor) -> Tensor:
        """The weights, scaled down where their norm is larger."""
        norms = _norms(p, self.axis)
        return p * (K.clip(norms, 0, self.m) / (norms + K.epsilon()))


class NonNeg(Constraint):
    """No weight below 0."""

    def __call__(self, p: Tensor) -> Tensor:
        """The weights, zeros in place of negative ones."""
        return p * K.cast(K.greater_equal(p, 0.0), K.dtype(p))


class UnitNorm(Constraint):
    """Norms along `axis` of 1."""

    arguments = ("axis",)

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, p: Tensor) -> Tensor:
        """The weights over their norms."""
        return p / (_norms(p, self.axis) + K.epsilon())


class MinMaxNorm(Constraint):
    """Norms along `axis` between `low` and `high`, approached by the fraction `rate`."""

    arguments = ("low", "high", "rate", "axis")

    def __init__(self, low: float = 0.0, high: float = 1.0, rate: float = 1.0, axis: Any = 0) -> None:
        self.low, self.high, self.rate, self.axis = low, high, rate, axis

    def __call__(self, p: Tensor) -> Tensor:
        """The weights, scaled."""
        norms = _norms(p, self.axis)
        desired = K.clip(norms, self.low, self.high) * self.rate + norms * (1 - self.rate)
        return p * (desired / (norms + K.epsilon()))


maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm


def get(identifier: Any, kwargs: dict[str, Any] | None = None) -> Any:
    """The constraint that a name or a configuration stands for."""
    return get_from_module(identifier, globals(), "constraint", instantiate=True, kwargs=kwargs)

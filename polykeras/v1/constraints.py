"""Keras 1.2.2's constraints: what weights are projected to after each update."""

from __future__ import annotations

from typing import Any

from polykeras import constraints as modern
from polykeras.typing import Tensor
from polykeras.v1.utils.generic_utils import as_plain, get_from_module


class Constraint(modern.Constraint):
    """Base class: ``__call__(w)`` gives the weights to use instead."""

    arguments: tuple[str, ...] = ()

    def __call__(self, w: Tensor) -> Tensor:
        """The weights as they are."""
        return w

    def get_config(self) -> dict[str, Any]:
        """The class's name and the constructor's arguments."""
        return {"name": type(self).__name__} | {name: as_plain(getattr(self, name)) for name in self.arguments}


class MaxNorm(Constraint, modern.MaxNorm):
    """Norms along `axis` of at most `m`."""

    arguments = ("m", "axis")
    __call__ = modern.MaxNorm.__call__

    def __init__(self, m: float = 2, axis: Any = 0) -> None:
        super().__init__(m, axis)
        self.m = m


class NonNeg(Constraint, modern.NonNeg):
    """No weight below 0."""

    __call__ = modern.NonNeg.__call__


class UnitNorm(Constraint, modern.UnitNorm):
    """Norms along `axis` of 1."""

    arguments = ("axis",)
    __call__ = modern.UnitNorm.__call__


class MinMaxNorm(Constraint, modern.MinMaxNorm):
    """Norms along `axis` between `low` and `high`, approached by the fraction `rate`."""

    arguments = ("low", "high", "rate", "axis")
    __call__ = modern.MinMaxNorm.__call__

    def __init__(self, low: float = 0.0, high: float = 1.0, rate: float = 1.0, axis: Any = 0) -> None:
        super().__init__(low, high, rate, axis)
        self.low, self.high = low, high


maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm


def get(identifier: Any, kwargs: dict[str, Any] | None = None) -> Any:
    """The constraint that a name or a configuration stands for."""
    return get_from_module(identifier, globals(), "constraint", instantiate=True, kwargs=kwargs)

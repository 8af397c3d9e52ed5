"""Projections that an optimizer applies to a weight after each update."""

from __future__ import annotations

from typing import Any

from polykeras import config, ops
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import deserialize_keras_object as deserialize
from polykeras.saving.serialization import serialize_keras_object as serialize


class Constraint:
    """A function from a weight to one that is allowed."""

    def __call__(self, w: Any) -> Any:
        """The weight, changed as little as needed."""
        raise TypeError(f"{type(self).__name__} defines no __call__(self, w).")

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make an equal one."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """The one that `get_config` described."""
        return cls(**config)


def _norms(w: Any, axis: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


class MaxNorm(Constraint):
    """Norms along `axis` at most `max_value`. Srivastava et al. 2014."""

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        norms = _norms(w, self.axis)
        wanted = ops.clip(norms, 0, self.max_value)
        return ops.multiply(w, ops.divide(wanted, ops.add(norms, config.epsilon())))

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg(Constraint):
    """No negative elements."""

    def __call__(self, w: Any) -> Any:
        return ops.where(ops.greater_equal(w, 0), w, 0)


class UnitNorm(Constraint):
    """Norms along `axis` equal to 1."""

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        return ops.divide(w, ops.add(_norms(w, self.axis), config.epsilon()))

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Norms along `axis` moved towards [min_value, max_value] by the fraction `rate`."""

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        norms = _norms(w, self.axis)
        inside = ops.clip(norms, self.min_value, self.max_value)
        wanted = ops.add(ops.multiply(inside, self.rate), ops.multiply(norms, 1 - self.rate))
        return ops.multiply(w, ops.divide(wanted, ops.add(norms, config.epsilon())))

    def get_config(self) -> dict[str, Any]:
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}


_TABLE = table_of(
    MaxNorm, MinMaxNorm, NonNeg, UnitNorm, maxnorm=MaxNorm, nonneg=NonNeg, unitnorm=UnitNorm, non_negative=NonNeg
)


def get(identifier: Any) -> Any:
    """The constraint that a name, configuration, class or object stands for; None stays None."""
    return look_up(identifier, _TABLE, "constraint")


__all__ = ["Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "deserialize", "get", "serialize"]

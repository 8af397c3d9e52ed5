"""Learning rates that depend on the step."""

from __future__ import annotations

from typing import Any

from polykeras.optimizers.schedules.cosine_decay import CosineDecay, CosineDecayRestarts
from polykeras.optimizers.schedules.exponential_decay import ExponentialDecay
from polykeras.optimizers.schedules.inverse_time_decay import InverseTimeDecay
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from polykeras.optimizers.schedules.piecewise_constant_decay import PiecewiseConstantDecay
from polykeras.optimizers.schedules.polynomial_decay import PolynomialDecay
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object


def serialize(learning_rate_schedule: LearningRateSchedule) -> Any:
    """The schedule as plain data."""
    return serialize_keras_object(learning_rate_schedule)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The schedule that `serialize` described."""
    return deserialize_keras_object(config, custom_objects)


__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]

"""`LearningRateSchedule`: the base class."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes, ops
from polykeras.errors import ArgumentError
from polykeras.typing import Tensor


class LearningRateSchedule:
    """A function from the number of updates made so far to a learning rate.

    A subclass defines ``__call__(self, step)`` on `polykeras.ops`, `step` being an integer scalar: in a compiled step,
    one that has no value yet.
    """

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at `step`."""
        raise ArgumentError(f"{type(self).__name__} defines no __call__(self, step).")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        raise ArgumentError(f"{type(self).__name__} defines no get_config(self), which saving needs.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """The schedule that `get_config` described."""
        return cls(**config)


def as_float(step: Tensor) -> Tensor:
    """A step count as a tensor of the default float."""
    return ops.convert_to_tensor(step, dtypes.floatx())


def positive(schedule: str, name: str, value: float) -> float:
    """`value` as it is. Raises `ArgumentError`, naming schedule and argument, unless it is positive."""
    if not value > 0:
        raise ArgumentError(f"{schedule}: {name} must be positive, got {value!r}.")
    return value

"""`PiecewiseConstantDecay`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, as_float
from polykeras.typing import Tensor


class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[i]`` from the step after ``boundaries[i - 1]`` up to and including ``boundaries[i]``.

    There is one value more than boundaries, the last one for all steps after the last boundary.
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        self.boundaries = list(boundaries)
        self.values = list(values)
        self.name = name
        if len(self.values) != len(self.boundaries) + 1:
            raise ArgumentError(
                f"PiecewiseConstantDecay: values must be one more than boundaries, got {len(self.values)} values for "
                f"{len(self.boundaries)} boundaries."
            )
        if self.boundaries != sorted(self.boundaries):
            raise ArgumentError(f"PiecewiseConstantDecay: boundaries must increase, got {self.boundaries}.")

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at `step`."""
        step = as_float(step)
        rate = ops.full_like(step, float(self.values[-1]))
        for boundary, value in zip(reversed(self.boundaries), reversed(self.values[:-1])):
            rate = ops.where(ops.less_equal(step, float(boundary)), float(value), rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}

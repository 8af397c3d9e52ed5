"""`PolynomialDecay`."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, as_float, positive
from polykeras.typing import Tensor


class PolynomialDecay(LearningRateSchedule):
    """``(initial_learning_rate - end_learning_rate) * (1 - step / decay_steps) ** power + end_learning_rate``.

    After `decay_steps` the rate stays; with `cycle`, `decay_steps` is instead raised to its next multiple that is not
    below `step`, so the rate jumps up and falls again.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive("PolynomialDecay", "decay_steps", decay_steps)
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at `step`."""
        periods = ops.divide(as_float(step), float(self.decay_steps))
        if self.cycle:
            progress = ops.divide(periods, ops.maximum(ops.ceil(periods), 1.0))  # the first period begins at step 0
        else:
            progress = ops.minimum(periods, 1.0)
        left = ops.power(ops.subtract(1.0, progress), float(self.power))
        return ops.add(ops.multiply(left, self.initial_learning_rate - self.end_learning_rate), self.end_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("initial_learning_rate", "decay_steps", "end_learning_rate", "power", "cycle", "name")
        return {name: getattr(self, name) for name in names}

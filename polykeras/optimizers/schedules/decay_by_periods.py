"""What `ExponentialDecay` and `InverseTimeDecay` have in common."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, as_float, positive
from polykeras.typing import Tensor


class DecayByPeriods(LearningRateSchedule):
    """``initial_learning_rate`` times what a subclass makes of ``step / decay_steps``.

    With `staircase`, the quotient is rounded down, so the rate changes every `decay_steps` steps.
    """

    def __init__(
        self, initial_learning_rate: float, decay_steps: float, decay_rate: float, staircase: bool, name: str
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive(type(self).__name__, "decay_steps", decay_steps)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def left(self, periods: Tensor) -> Tensor:
        """The fraction of the initial rate that is left after so many periods."""
        raise ArgumentError(f"{type(self).__name__} defines no left(self, periods).")

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at `step`."""
        periods = ops.divide(as_float(step), float(self.decay_steps))
        if self.staircase:
            periods = ops.floor(periods)
        return ops.multiply(self.left(periods), self.initial_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase", "name")
        return {name: getattr(self, name) for name in names}

"""`ExponentialDecay`."""

from __future__ import annotations

from polykeras import ops
from polykeras.optimizers.schedules.decay_by_periods import DecayByPeriods
from polykeras.typing import Tensor


class ExponentialDecay(DecayByPeriods):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    With `staircase`, the quotient of steps is rounded down, so the rate changes every `decay_steps` steps.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def left(self, periods: Tensor) -> Tensor:
        """The fraction of the initial rate that is left after so many periods."""
        return ops.power(float(self.decay_rate), periods)

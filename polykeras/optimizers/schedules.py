"""Learning rates that depend on the number of the step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras import dtypes, ops
from polykeras.errors import ArgumentError


class LearningRateSchedule:
    """A function from the number of the step, a tensor, to the learning rate."""

    def __call__(self, step: Any) -> Any:
        """The learning rate of step number `step`, counted from 0."""
        raise ArgumentError(f"{type(self).__name__} defines no __call__(self, step).")

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make an equal schedule."""
        return {k: v for k, v in vars(self).items() if not k.startswith("_")}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """The schedule that `get_config` described."""
        return cls(**config)


def _float(step: Any) -> Any:
    return ops.cast(step, dtypes.floatx())


class ExponentialDecay(LearningRateSchedule):
    """``initial * decay_rate ** (step / decay_steps)``; with `staircase`, the quotient is rounded down."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        p = ops.divide(_float(step), float(self.decay_steps))
        p = ops.floor(p) if self.staircase else p
        return ops.multiply(ops.power(self.decay_rate, p), self.initial_learning_rate)


class InverseTimeDecay(LearningRateSchedule):
    """``initial / (1 + decay_rate * step / decay_steps)``; with `staircase`, the quotient is rounded down."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        p = ops.divide(_float(step), float(self.decay_steps))
        p = ops.floor(p) if self.staircase else p
        return ops.divide(self.initial_learning_rate, ops.add(ops.multiply(p, self.decay_rate), 1.0))


class PolynomialDecay(LearningRateSchedule):
    """From the initial rate to `end_learning_rate` in `decay_steps`, along a power of what is left."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Any:
        step = _float(step)
        steps: Any = float(self.decay_steps)
        if self.cycle:
            steps = ops.multiply(ops.maximum(ops.ceil(ops.divide(step, steps)), 1.0), steps)
        left = ops.subtract(1.0, ops.divide(ops.minimum(step, steps), steps))
        span = self.initial_learning_rate - self.end_learning_rate
        return ops.add(ops.multiply(ops.power(left, self.power), span), self.end_learning_rate)


class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[i]`` up to and including step ``boundaries[i]``, the last value afterwards."""

    def __init__(self, boundaries: Sequence[int], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ArgumentError(
                f"PiecewiseConstantDecay: {len(values)} values need {len(values) - 1} boundaries, got {len(boundaries)}."
            )
        self.boundaries = list(boundaries)
        self.values = list(values)
        self.name = name

    def __call__(self, step: Any) -> Any:
        rate: Any = ops.convert_to_tensor(self.values[-1], dtypes.floatx())
        for boundary, value in zip(reversed(self.boundaries), reversed(self.values[:-1]), strict=True):
            rate = ops.where(ops.less_equal(step, boundary), value, rate)
        return rate


class CosineDecay(LearningRateSchedule):
    """Half a cosine from the initial rate (after a linear warm-up to `warmup_target`) to the fraction `alpha` of it.

    Loshchilov and Hutter 2016, arXiv:1608.03983.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def _decayed(self, step: Any, start: float) -> Any:
        done = ops.divide(ops.minimum(step, float(self.decay_steps)), float(self.decay_steps))
        cosine = ops.multiply(ops.add(ops.cos(ops.multiply(done, math.pi)), 1.0), 0.5)
        return ops.multiply(ops.add(ops.multiply(cosine, 1 - self.alpha), self.alpha), start)

    def __call__(self, step: Any) -> Any:
        step = _float(step)
        if self.warmup_target is None:
            return self._decayed(step, self.initial_learning_rate)
        rise = self.warmup_target - self.initial_learning_rate
        warming = ops.add(
            ops.multiply(ops.divide(step, float(max(self.warmup_steps, 1))), rise), self.initial_learning_rate
        )
        after = self._decayed(ops.maximum(ops.subtract(step, float(self.warmup_steps)), 0.0), self.warmup_target)
        return ops.where(ops.less(step, float(self.warmup_steps)), warming, after)


__all__ = [
    "CosineDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
]

"""`CosineDecay` and `CosineDecayRestarts`."""

from __future__ import annotations

import math
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, as_float, positive
from polykeras.typing import Tensor


def _half_wave(progress: Tensor, alpha: float) -> Tensor:
    """From 1 at progress 0 down to `alpha` at progress 1, along a cosine."""
    cosine = ops.add(ops.multiply(ops.cos(ops.multiply(progress, math.pi)), 0.5), 0.5)
    return ops.add(ops.multiply(cosine, 1.0 - alpha), alpha)


class CosineDecay(LearningRateSchedule):
    """Down along half a cosine wave, after a linear rise if wanted. Loshchilov and Hutter 2016, arXiv:1608.03983.

    Args:
        initial_learning_rate: at step 0.
        decay_steps: length of the decay, not counting the rise; the rate stays after it.
        alpha: what is left at the end, as a fraction of where the decay began.
        warmup_target: where the rise ends and the decay begins; None: no rise.
        warmup_steps: length of the rise from `initial_learning_rate`.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive("CosineDecay", "decay_steps", decay_steps)
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps
        if warmup_target is not None and not warmup_steps > 0:
            raise ArgumentError(f"CosineDecay: warmup_target needs positive warmup_steps, got {warmup_steps!r}.")

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at `step`."""
        step = as_float(step)
        if self.warmup_target is None:
            return self._decayed(step, self.initial_learning_rate)
        slope = (self.warmup_target - self.initial_learning_rate) / self.warmup_steps
        rising = ops.add(ops.multiply(step, slope), self.initial_learning_rate)
        falling = self._decayed(ops.subtract(step, float(self.warmup_steps)), self.warmup_target)
        return ops.where(ops.less(step, float(self.warmup_steps)), rising, falling)

    def _decayed(self, step: Tensor, start: float) -> Tensor:
        progress = ops.divide(ops.minimum(step, float(self.decay_steps)), float(self.decay_steps))
        return ops.multiply(_half_wave(progress, self.alpha), start)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("initial_learning_rate", "decay_steps", "alpha", "name", "warmup_target", "warmup_steps")
        return {name: getattr(self, name) for name in names}


class CosineDecayRestarts(LearningRateSchedule):
    """Half cosine waves, one after the other. Loshchilov and Hutter 2016, arXiv:1608.03983.

    Args:
        initial_learning_rate: at step 0.
        first_decay_steps: length of the first wave.
        t_mul: each wave is so many times as long as the one before.
        m_mul: each wave begins at so many times the rate of the one before.
        alpha: what is left at the end of a wave, as a fraction of `initial_learning_rate` times `m_mul`'s power.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = positive("CosineDecayRestarts", "first_decay_steps", first_decay_steps)
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name
        if not t_mul >= 1:
            raise ArgumentError(f"CosineDecayRestarts: t_mul must be at least 1, got {t_mul!r}.")

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at `step`."""
        periods = ops.divide(as_float(step), float(self.first_decay_steps))
        t = float(self.t_mul)
        if t == 1.0:
            wave = ops.floor(periods)
            progress = ops.subtract(periods, wave)
        else:
            # Wave i begins after (1 - t^i) / (1 - t) first lengths.
            grown = ops.subtract(1.0, ops.multiply(periods, 1.0 - t))
            # A little more, so that a wave begins where it begins, whichever way the logarithm was rounded.
            wave = ops.floor(ops.add(ops.divide(ops.log(grown), math.log(t)), 1e-5))
            length = ops.power(t, wave)
            begin = ops.divide(ops.subtract(1.0, length), 1.0 - t)
            progress = ops.divide(ops.subtract(periods, begin), length)
        height = ops.multiply(ops.power(float(self.m_mul), wave), 0.5)
        cosine = ops.multiply(ops.add(ops.cos(ops.multiply(progress, math.pi)), 1.0), height)
        return ops.multiply(ops.add(ops.multiply(cosine, 1.0 - self.alpha), self.alpha), self.initial_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("initial_learning_rate", "first_decay_steps", "t_mul", "m_mul", "alpha", "name")
        return {name: getattr(self, name) for name in names}

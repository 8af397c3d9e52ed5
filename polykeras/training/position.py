"""`Position`: how far a run of `fit` is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from polykeras.random.host import host_generator


@dataclass
class Position:
    """Where a run of `fit` begins. A callback that goes on with an earlier run sets it when training begins.

    Attributes:
        first_epoch: the epoch at which the run began, or the run that it goes on with.
        seed: of the orders in which samples are taken; None if they are taken as they come.
        epoch: the epoch to begin with, counted from 0.
        batch: how many batches of that epoch were trained on already.
        restore: gives the model the state that it had then; called when the model, the optimizer and the metrics are built.
    """

    first_epoch: int
    seed: int | None
    epoch: int
    batch: int = 0
    restore: Callable[[], None] | None = None

    def skip_to(self, data: Any, generator: Any) -> None:
        """Leave out what the earlier run has trained on, so that the epochs to come have the same batches in the same order."""
        if generator is not None and self.seed is not None:
            generator.bit_generator.state = shuffling_generator(self.seed).bit_generator.state
        for _ in range(self.first_epoch, self.epoch):
            data.skip_epoch(generator)


def shuffling_generator(seed: int) -> Any:
    """The NumPy generator that draws the orders of a run."""
    return host_generator(seed, 1)

"""`LearningRateScheduler`: a learning rate for each epoch."""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Callable
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.learning_rates import optimizers_by_log, rate_of
from polykeras.errors import ArgumentError
from polykeras.messages import show


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch, and adds it to the logs.

    Args:
        schedule: a function of the epoch, counted from 0, and, if it takes a second argument, the learning rate so far.
        verbose: 1 to print what is set.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        if not callable(schedule):
            raise ArgumentError(f"LearningRateScheduler: schedule must be a function, got {schedule!r}.")
        self.schedule = schedule
        self.verbose = verbose
        self._takes_rate = _takes_two(schedule)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rate. Raises `ArgumentError` if the function gives no number."""
        for log, optimizer in optimizers_by_log(self.model).items():
            rate: Any = self.schedule(epoch, rate_of(optimizer)) if self._takes_rate else self.schedule(epoch)
            if isinstance(rate, bool) or not isinstance(rate, numbers.Real):
                raise ArgumentError(f"LearningRateScheduler: the schedule must give a float, got {rate!r}.")
            optimizer.learning_rate = float(rate)
            if self.verbose > 0:
                show(f"Epoch {epoch + 1}: LearningRateScheduler sets {log} to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the rate to the logs."""
        if logs is not None:
            logs.update({log: rate_of(optimizer) for log, optimizer in optimizers_by_log(self.model).items()})


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some builtins do not say
        return True
    try:
        signature.bind(0, 0.0)
    except TypeError:
        return False
    return True

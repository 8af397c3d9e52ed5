"""`SwapEMAWeights`: evaluate with averaged weights, train with the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.callbacks.callback import Callback, Logs
from polykeras.errors import ArgumentError
from polykeras.variable import Variable


class SwapEMAWeights(Callback):
    """Gives the model the moving averages of its weights while it is evaluated or predicts.

    The optimizer must be made with ``use_ema=True``.

    Args:
        swap_on_epoch: also between the end of an epoch and the beginning of the next, so that what callbacks save are
            the averages.
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._kept: list[tuple[Variable, Any]] = []  # the weights that training goes on with, while averages are in use

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Go on with the weights."""
        self._put_back()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Leave the averages in the model, if that is wanted."""
        if self.swap_on_epoch:
            self._use_averages()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """The optimizer has given the model its averages for good."""
        self._kept = []

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Evaluate with the averages."""
        self._use_averages()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Go on with the weights."""
        self._put_back()

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Predict with the averages."""
        self._use_averages()

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Go on with the weights."""
        self._put_back()

    def _use_averages(self) -> None:
        """Raises `ArgumentError` if the optimizer keeps none."""
        outer = self.model.optimizer
        optimizer = getattr(outer, "inner_optimizer", outer)
        averaging = [o for o in getattr(optimizer, "optimizers", [optimizer]) if o.use_ema]
        if not averaging:
            raise ArgumentError(f"SwapEMAWeights: {optimizer.name} keeps no averages. Make it with use_ema=True.")
        if self._kept:
            return
        for o in averaging:
            if not o.built or int(o._iterations) == 0:
                continue  # nothing to average yet
            for variable, average in zip(o._trainable_variables, o._averages):
                self._kept.append((variable, np.array(variable.numpy())))
                variable.assign(np.array(average.numpy()))

    def _put_back(self) -> None:
        for variable, value in self._kept:
            variable.assign(value)
        self._kept = []

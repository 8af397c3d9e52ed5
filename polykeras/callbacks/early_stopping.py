"""`EarlyStopping`: stop when nothing gets better any more."""

from __future__ import annotations

from typing import Any

from polykeras.callbacks.callback import Logs
from polykeras.callbacks.monitor_callback import MonitorCallback
from polykeras.messages import show


class EarlyStopping(MonitorCallback):
    """Ends training when a log has not improved for some epochs.

    Args:
        monitor, min_delta, mode: see `MonitorCallback`.
        patience: so many epochs without improvement are waited for.
        verbose: 1 to print what is done.
        baseline: a value that must be beaten, too, for the waiting to start again.
        restore_best_weights: give the model the weights of its best epoch at the end of training, whatever ended it.
        start_from_epoch: epochs before this one do not count.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._reset()

    def _reset(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best = None
        self.best_epoch = 0
        self.best_weights: list[Any] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start afresh: the same callback can be given to several runs."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare with the best, and end training if that was too long ago."""
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        better = self.is_improvement(current, self.best)
        if self.restore_best_weights and (better or self.best_weights is None):
            self.best_weights = self.model.get_weights()
            self.best_epoch = epoch
        self.wait += 1
        if better:
            self.best = current
            self.best_epoch = epoch
            if self.baseline is None or self.is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restore the best weights, if that is wanted."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            show(f"Epoch {self.stopped_epoch + 1}: EarlyStopping ended training.")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                show(f"EarlyStopping restores the weights of the best epoch, {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

"""`ModelCheckpoint`: saving the model, or its weights, in the course of training."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np

from polykeras.callbacks.callback import Logs
from polykeras.callbacks.monitor_callback import MonitorCallback
from polykeras.callbacks.saving_frequency import checked_save_freq
from polykeras.errors import ArgumentError
from polykeras.messages import show


class ModelCheckpoint(MonitorCallback):
    """Saves the model after each epoch, or each so many batches.

    Args:
        filepath: where to; it ends in ``.keras``, or in ``.weights.h5`` with `save_weights_only`. Names in braces stand for
            the epoch, the batch (both counted from 1) and the logs: ``"{epoch:02d}-{val_loss:.2f}.keras"``. Directories
            are made.
        monitor, mode: see `MonitorCallback`; for `save_best_only`.
        verbose: 1 to print what is saved.
        save_best_only: save only when the log is better than ever.
        save_weights_only: save the weights and the optimizer's state, not the model.
        save_freq: ``"epoch"``, or after how many batches to save; the steps then run one at a time.
        initial_value_threshold: what must be beaten before anything is saved.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: int | str = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = checked_save_freq("ModelCheckpoint", save_freq)
        self.best = initial_value_threshold
        ending, what = (".weights.h5", "weights") if save_weights_only else (".keras", "a model")
        if not self.filepath.endswith(ending):
            raise ArgumentError(f"ModelCheckpoint: the file of {what} must end in {ending!r}, got {self.filepath!r}.")
        self._epoch = 0
        self._batches = 0

    def watches_batches(self, training: bool) -> bool:
        """Whether it saves between epochs."""
        return training and self.save_freq != "epoch"

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save, if it is time."""
        self._batches += 1
        if self.save_freq != "epoch" and self._batches % self.save_freq == 0:
            self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save."""
        if self.save_freq == "epoch":
            self._save(epoch, None, logs)

    def _save(self, epoch: int, batch: int | None, logs: Logs | None) -> None:
        path = self._path(epoch, batch, logs or {})
        if self.save_best_only and not self._is_best(epoch, logs):
            return
        if self.verbose:
            show(f"Epoch {epoch + 1}: ModelCheckpoint saves to {path}")
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)

    def _is_best(self, epoch: int, logs: Logs | None) -> bool:
        current = self.get_monitor_value(logs)
        if current is None:
            return False
        if np.ndim(current):
            warnings.warn(
                f"ModelCheckpoint: {self.monitor!r} is several numbers, of which none is the best: the model is saved.",
                UserWarning,
                stacklevel=2,
            )
            return True
        better = self.is_improvement(current, self.best)
        if self.verbose:
            change = "improved" if better else "did not improve"
            since = "" if self.best is None else f" from {self.best:.5f}"
            show(f"Epoch {epoch + 1}: {self.monitor} {change}{since}{f' to {current:.5f}' if better else ''}")
        if better:
            self.best = current
        return better

    def _path(self, epoch: int, batch: int | None, logs: Logs) -> Path:
        known = {**logs, "epoch": epoch + 1, **({} if batch is None else {"batch": batch + 1})}
        try:
            return Path(self.filepath.format(**known))
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise ArgumentError(
                f"ModelCheckpoint: the file name {self.filepath!r} cannot be filled in ({error}); there are "
                f"{', '.join(sorted(known))}."
            ) from error

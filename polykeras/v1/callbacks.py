"""Keras 1.2.2's callbacks, on today's."""

from __future__ import annotations

import os
import warnings
from typing import Any

from polykeras import callbacks as modern
from polykeras.callbacks import Callback, CSVLogger, History, ProgbarLogger, RemoteMonitor
from polykeras.callbacks.monitor_callback import MonitorCallback
from polykeras.v1 import backend as K

Logs = dict[str, Any]


class BaseLogger(Callback):
    """Nothing to do: the means over an epoch are in the logs already."""


class LambdaCallback(modern.LambdaCallback):
    """A callback whose methods are the functions given by name."""

    def __init__(
        self,
        on_epoch_begin: Any = None,
        on_epoch_end: Any = None,
        on_batch_begin: Any = None,
        on_batch_end: Any = None,
        on_train_begin: Any = None,
        on_train_end: Any = None,
        **kwargs: Any,
    ) -> None:
        batches = {"on_train_batch_begin": on_batch_begin, "on_train_batch_end": on_batch_end}
        super().__init__(on_epoch_begin, on_epoch_end, on_train_begin, on_train_end, **batches, **kwargs)


class CallbackList(modern.CallbackList):
    """Calls every callback in turn. `queue_length` is accepted."""

    def __init__(self, callbacks: Any = None, queue_length: int = 10) -> None:
        super().__init__(list(callbacks or ()))

    def append(self, callback: Callback) -> None:
        """One more."""
        self.callbacks.append(callback)


def _mode(monitor: str, mode: str, rising: tuple[str, ...] = ("acc",)) -> str:
    """``"auto"`` as Keras 1 reads it: more accuracy is better, less of anything else."""
    if mode not in ("auto", "min", "max"):
        warnings.warn(
            f'mode {mode!r} is none of "auto", "min" and "max"; "auto" is used.', RuntimeWarning, stacklevel=3
        )
        mode = "auto"
    return mode if mode != "auto" else "max" if any(name in monitor for name in rising) else "min"


class EarlyStopping(modern.EarlyStopping):
    """Ends training when a log has not improved for more than `patience` epochs by more than `min_delta`."""

    def __init__(
        self, monitor: str = "val_loss", min_delta: float = 0, patience: int = 0, verbose: int = 0, mode: str = "auto"
    ) -> None:
        # Today's waits for one epoch less.
        super().__init__(monitor, min_delta, patience + 1, verbose, _mode(monitor, mode, ("acc", "fmeasure")))


class LearningRateScheduler(modern.LearningRateScheduler):
    """Sets the learning rate before each epoch to ``schedule(epoch)``."""

    def __init__(self, schedule: Any) -> None:
        super().__init__(schedule)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """The rate is no log in Keras 1."""


class ReduceLROnPlateau(modern.ReduceLROnPlateau):
    """Multiplies the learning rate by `factor` when a log has not improved for more than `patience` epochs.

    Args:
        monitor: name of the log.
        factor: below 1.
        patience: so many epochs without improvement are waited for.
        verbose: 1 to print what is done.
        mode: ``"min"``, ``"max"`` or ``"auto"``.
        epsilon: a smaller difference is no improvement.
        cooldown: so many epochs after a reduction do not count.
        min_lr: the rate is not reduced below this.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        epsilon: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0,
    ) -> None:
        super().__init__(monitor, factor, patience, verbose, _mode(monitor, mode), epsilon, cooldown, min_lr)
        self.epsilon = epsilon

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare with the best, and reduce the rate if that was too long ago; the rate becomes the log ``lr``."""
        logs = logs if logs is not None else {}
        logs["lr"] = float(K.get_value(self.model.optimizer.lr))
        current = self.get_monitor_value(logs)
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_improvement(current, self.best):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            if self.wait >= self.patience:
                rate = logs["lr"]
                if rate > self.min_lr * (1 + 1e-4):
                    K.set_value(self.model.optimizer.lr, max(rate * self.factor, self.min_lr))
                    if self.verbose > 0:
                        print(f"\nEpoch {epoch:05d}: reducing learning rate to {max(rate * self.factor, self.min_lr)}.")
                    self.cooldown_counter, self.wait = self.cooldown, 0
            self.wait += 1


class ModelCheckpoint(MonitorCallback):
    """Saves the model after epochs, in the format of Keras 1 and as often as `period` says, which today's does not.

    Args:
        filepath: may hold ``{epoch:02d}`` and the names of logs, such as ``{val_loss:.2f}``.
        monitor, mode: with `save_best_only`, the log that must improve.
        verbose: 1 to print what is done.
        save_best_only: whether a worse model is not saved.
        save_weights_only: whether only the weights are saved.
        period: epochs between two files.
    """

    def __init__(
        self,
        filepath: str,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        period: int = 1,
    ) -> None:
        super().__init__(monitor, _mode(monitor, mode, ("acc", "fmeasure")))
        self.filepath, self.verbose = os.fspath(filepath), verbose
        self.save_best_only, self.save_weights_only, self.period = save_best_only, save_weights_only, period
        self.epochs_since_last_save = 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save, if it is time to and the model is better."""
        logs = logs or {}
        self.epochs_since_last_save += 1
        if self.epochs_since_last_save < self.period:
            return
        self.epochs_since_last_save = 0
        if self.save_best_only:
            current = self.get_monitor_value(logs)
            if current is None or not self.is_improvement(current, self.best):
                return
            self.best = current
        path = self.filepath.format(epoch=epoch, **logs)
        if self.verbose > 0:
            print(f"\nEpoch {epoch:05d}: saving model to {path}")
        (self.model.save_weights if self.save_weights_only else self.model.save)(path, overwrite=True)


class TensorBoard(modern.TensorBoard):
    """Writes files of events, which ``tensorboard --logdir logs`` shows. See today's class."""

    def __init__(
        self, log_dir: str = "./logs", histogram_freq: int = 0, write_graph: bool = True, write_images: bool = False
    ) -> None:
        super().__init__(log_dir, histogram_freq, write_graph, write_images)


__all__ = [
    "BaseLogger",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "TensorBoard",
]

"""Keras 1.2.2's callbacks, on today's."""

from __future__ import annotations

import os
import warnings
from typing import Any

from polykeras import callbacks as modern
from polykeras.callbacks.monitor_callback import MonitorCallback
from polykeras.v1 import backend as K

Logs = dict[str, Any]


class Callback(modern.Callback):
    """Base class of Keras 1's callbacks.

    `params` has ``batch_size``, ``nb_epoch``, ``nb_sample``, ``verbose``, ``do_validation`` and ``metrics``. The batch
    methods get the batch's own values, not means: ``batch``, its number; ``size``, so many samples; ``loss`` and so on.
    """

    def set_params(self, params: dict[str, Any]) -> None:
        """Called once, before the run."""
        super().set_params({**params, **getattr(self.model, "run_params", {})})

    def watches_batches(self, training: bool) -> bool:
        """Whether a batch method is overridden, so that the steps must run one at a time."""
        own = ("on_batch_begin", "on_batch_end") if training else ()
        return any(getattr(getattr(self, n), "__func__", None) is not getattr(Callback, n) for n in own)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Tell `on_batch_begin` the number of the batch and, if that is known, its size."""
        size, samples = self.params.get("batch_size"), self.params.get("nb_sample")
        known = {"size": min(size, samples - batch * size)} if size and samples else {}
        self.on_batch_begin(batch, {"batch": batch, **known})

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Tell `on_batch_end` the values of the batch."""
        own = getattr(self.model, "batch_logs", None)
        self.on_batch_end(batch, logs if own is None else {"batch": batch, **own()})


class CSVLogger(Callback, modern.CSVLogger):
    """Writes the logs of each epoch as a line of a file."""

    def __init__(self, filename: str, separator: str = ",", append: bool = False) -> None:
        modern.CSVLogger.__init__(self, filename, separator, append)


class History(Callback, modern.History):
    """What `fit` returns: the logs of each epoch."""


class ProgbarLogger(modern.ProgbarLogger):
    """Shows the progress of training."""


class RemoteMonitor(Callback, modern.RemoteMonitor):
    """Sends the logs of each epoch to a server."""

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Any = None,
    ) -> None:
        modern.RemoteMonitor.__init__(self, root, path, field, headers)


class BaseLogger(Callback):
    """Nothing to do: the means over an epoch are in the logs already."""


class LambdaCallback(Callback):
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
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_batch_begin": on_batch_begin,
            "on_batch_end": on_batch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
        }
        for name, function in given.items():
            if function is not None:
                setattr(self, name, function)
        vars(self).update(kwargs)


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


class EarlyStopping(Callback, modern.EarlyStopping):
    """Ends training when a log has not improved for more than `patience` epochs by more than `min_delta`."""

    def __init__(
        self, monitor: str = "val_loss", min_delta: float = 0, patience: int = 0, verbose: int = 0, mode: str = "auto"
    ) -> None:
        # Today's waits for one epoch less.
        super().__init__(monitor, min_delta, patience + 1, verbose, _mode(monitor, mode, ("acc", "fmeasure")))


class LearningRateScheduler(Callback, modern.LearningRateScheduler):
    """Sets the learning rate before each epoch to ``schedule(epoch)``."""

    def __init__(self, schedule: Any) -> None:
        super().__init__(schedule)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """The rate is no log in Keras 1."""


class ReduceLROnPlateau(Callback, modern.ReduceLROnPlateau):
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


class ModelCheckpoint(Callback, MonitorCallback):
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


class TensorBoard(Callback, modern.TensorBoard):
    """Writes a file of events, which ``tensorboard --logdir logs`` shows. Needs the extra ``tensorboard``.

    The logs of each epoch are written by their own names, ``loss``, ``val_loss`` and so on.

    Args:
        log_dir: the directory of the file.
        histogram_freq: every so many epochs, histograms of the weights are written; 0 for none.
        write_graph: whether the graph of the layers is written.
        write_images: whether the weights are written as pictures, too, along with histograms.
    """

    def __init__(
        self, log_dir: str = "./logs", histogram_freq: int = 0, write_graph: bool = True, write_images: bool = False
    ) -> None:
        modern.TensorBoard.__init__(self, log_dir, histogram_freq, write_graph, write_images)

    def _file(self, run: str) -> Any:
        return super()._file("")

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin the file; the graph follows when the first epoch begins."""
        self._file("")
        self._graph_due = self.write_graph

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the logs, and the weights if it is time to."""
        file = self._file("")
        for name, value in (logs or {}).items():
            file.scalar(name, float(value), epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._weights(epoch)
        file.flush()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Results of evaluations are logs of the epoch."""


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

"""`ReduceLROnPlateau`: smaller steps when nothing gets better any more."""

from __future__ import annotations

from polykeras.callbacks.callback import Logs
from polykeras.callbacks.learning_rates import optimizers_by_log, rate_of
from polykeras.callbacks.monitor_callback import MonitorCallback
from polykeras.errors import ArgumentError
from polykeras.messages import show


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by a factor when a log has not improved for some epochs, and adds it to the logs.

    Args:
        monitor, mode, min_delta: see `MonitorCallback`.
        factor: below 1.
        patience: so many epochs without improvement are waited for.
        verbose: 1 to print what is done.
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
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: object,
    ) -> None:
        if kwargs:
            raise ArgumentError(f"ReduceLROnPlateau: unknown argument(s) {', '.join(kwargs)}.")
        super().__init__(monitor, mode, min_delta)
        if not factor < 1:
            raise ArgumentError(f"ReduceLROnPlateau: factor must be below 1, got {factor!r}.")
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._reset()

    def _reset(self) -> None:
        self.best = None
        self.wait = 0
        self.cooldown_counter = 0

    def in_cooldown(self) -> bool:
        """Whether a reduction was made so recently that this epoch does not count."""
        return self.cooldown_counter > 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start afresh: the same callback can be given to several runs."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare with the best, and reduce the rate if that was too long ago."""
        if logs is not None:
            logs.update({log: rate_of(optimizer) for log, optimizer in optimizers_by_log(self.model).items()})
        current = self.get_monitor_value(logs)
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter = self.cooldown
                self.wait = 0

    def _reduce(self, epoch: int) -> bool:
        """Reduce what is not at its smallest yet; whether there was anything."""
        reduced = False
        for log, optimizer in optimizers_by_log(self.model).items():
            old = rate_of(optimizer)
            new = max(old * self.factor, self.min_lr)
            if old - new > 1e-6 * old:  # rates are held in float32
                optimizer.learning_rate = new
                reduced = True
                if self.verbose > 0:
                    show(f"Epoch {epoch + 1}: ReduceLROnPlateau reduces {log} to {new}.")
        return reduced

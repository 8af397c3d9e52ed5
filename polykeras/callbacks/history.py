"""`History`: the logs of every epoch."""

from __future__ import annotations

from typing import Any

from polykeras.callbacks.callback import Callback, Logs


class History(Callback):
    """What `fit` returns. ``history`` maps names to a list with a value per epoch, ``epoch`` lists the epochs."""

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append the logs."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

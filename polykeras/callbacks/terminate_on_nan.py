"""`TerminateOnNaN`: stop when the loss is no number any more."""

from __future__ import annotations

import math

from polykeras.callbacks.callback import Callback, Logs


class TerminateOnNaN(Callback):
    """Ends training at the first batch whose loss is NaN or infinite, and says which one it was, counted from 1."""

    def __init__(self) -> None:
        super().__init__()
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            print(f"Epoch {self._epoch + 1}, batch {batch + 1}: the loss is {loss}, training ends here.")
            self.model.stop_training = True

"""`TerminateOnNaN`: stop when the loss is no number any more."""

from __future__ import annotations

import math

from polykeras.callbacks.callback import Callback, Logs
from polykeras.errors import DivergedError
from polykeras.messages import show


class TerminateOnNaN(Callback):
    """Ends training at the first batch whose loss is NaN or infinite, and says which one it was, counted from 1.

    Args:
        raise_error: raise `DivergedError`, a RuntimeError, instead of printing and ending the run in good order.
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch."""
        self._epoch = epoch

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        message = f"Epoch {self._epoch + 1}, batch {batch + 1}: the loss is {loss}, training ends here."
        if self.raise_error:
            raise DivergedError(message)
        show(message)
        self.model.stop_training = True

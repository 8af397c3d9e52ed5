"""`RunListeners`: the callbacks of one run, and the display of its progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.callback_list import CallbackList
from polykeras.callbacks.progbar_logger import ProgbarLogger
from polykeras.callbacks.progress import make_progress


class RunListeners(CallbackList):
    """Calls every callback in turn, and shows progress, unless a `ProgbarLogger` among the callbacks does.

    Its display looks at logs only now and then, so that steps need not run one at a time for its sake.
    """

    def __init__(
        self,
        callbacks: Sequence[Callback],
        model: Any = None,
        verbose: int | str = 0,
        epochs: int = 1,
        steps: int | None = None,
        testing: bool = False,
    ) -> None:
        super().__init__(callbacks, model=model, verbose=verbose, epochs=epochs, steps=steps)
        shown = 0 if self.holds(ProgbarLogger) else verbose
        self._progress = make_progress(shown, epochs, steps, testing)
        self._started = 0.0

    def advance(self, step: int, logs: Callable[[], Logs]) -> None:
        """So many steps of the epoch are done. `logs` is called only if something is shown."""
        self._progress.advance(step, logs)

    def note_duration(self, seconds: float) -> None:
        """How long the training part of the epoch took."""
        self._progress.note_duration(seconds)

    def report(self, logs: Logs) -> None:
        """Show the result of an evaluation."""
        self._progress.report(logs)

    def close(self) -> None:
        """Leave the terminal as it was, also after an error or interrupt."""
        self._progress.close()
        for callback in self.callbacks:
            if isinstance(callback, ProgbarLogger):
                callback.close()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins."""
        self._progress.begin_epoch(epoch)
        super().on_epoch_begin(epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch is over."""
        self._progress.end_epoch(epoch, logs or {})
        super().on_epoch_end(epoch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A step is over."""
        self._progress.advance(batch + 1, lambda: logs or {})
        super().on_train_batch_end(batch, logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Prediction begins."""
        self._started = time.perf_counter()
        super().on_predict_begin(logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """The outputs for a batch are there."""
        self._progress.advance(batch + 1, dict)
        super().on_predict_batch_end(batch, logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """The display as it stays: how many batches, and how long they took."""
        self._progress.note_duration(time.perf_counter() - self._started)
        self._progress.end_epoch(0, {})
        super().on_predict_end(logs)

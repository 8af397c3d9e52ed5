"""`ProgbarLogger`: the display of progress as a callback."""

from __future__ import annotations

import time
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.progress import Progress, make_progress


class ProgbarLogger(Callback):
    """Shows what `fit` shows by itself: a progress bar on a terminal, a line an epoch elsewhere.

    For lists of callbacks that are called by a training loop of one's own. In `fit` it takes the place of the display
    that is there anyway, and makes the steps run one at a time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._display = Progress(1, None)
        self._fitting = False
        self._started = 0.0

    def set_params(self, params: dict[str, Any]) -> None:
        """Called once, before the run; ``verbose``, ``epochs`` and ``steps`` decide what is shown."""
        super().set_params(params)
        self._display = make_progress(params.get("verbose", 1), params.get("epochs", 1), params.get("steps"), False)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Evaluations inside the run are not reported by themselves."""
        self._fitting = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """The run is over."""
        self._fitting = False
        self.close()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """A new line."""
        self._started = time.perf_counter()
        self._display.begin_epoch(epoch)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """The line is drawn anew now and then."""
        self._display.advance(batch + 1, lambda: logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """The line as it stays."""
        self._display.note_duration(time.perf_counter() - self._started)
        self._display.end_epoch(epoch, logs or {})

    def on_test_end(self, logs: Logs | None = None) -> None:
        """The result, unless the evaluation was part of a `fit`, whose logs will show it."""
        if not self._fitting:
            self._display.report(logs or {})

    def close(self) -> None:
        """Leave the terminal as it was, also after an error or interrupt."""
        self._display.close()

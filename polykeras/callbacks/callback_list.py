"""`CallbackList`: several callbacks as one, and the display of progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.progress import Progress, make_progress
from polykeras.errors import ArgumentError

_BATCH_METHODS = {
    True: ("on_train_batch_begin", "on_train_batch_end"),
    False: ("on_test_batch_begin", "on_test_batch_end"),
}


class CallbackList:
    """Calls every callback in turn."""

    def __init__(
        self,
        callbacks: Sequence[Callback],
        model: Any = None,
        verbose: int | str = 0,
        epochs: int = 1,
        steps: int | None = None,
        testing: bool = False,
    ) -> None:
        self.callbacks = list(callbacks)
        for callback in self.callbacks:
            if not isinstance(callback, Callback):
                raise ArgumentError(f"callbacks: expected Callback objects, got {callback!r}.")
            callback.set_model(model)
            callback.set_params({"epochs": epochs, "steps": steps, "verbose": verbose})
        self._progress: Progress = make_progress(verbose, epochs, steps, testing)

    def watches_batches(self, training: bool) -> bool:
        """Whether a callback overrides a batch method, so that steps must run one at a time with exact logs."""
        return any(
            getattr(c, name).__func__ is not getattr(Callback, name) if hasattr(getattr(c, name), "__func__") else True
            for c in self.callbacks
            for name in _BATCH_METHODS[training]
        )

    def _all(self, name: str, *args: Any) -> None:
        for callback in self.callbacks:
            getattr(callback, name)(*args)

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

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """See `Callback`; likewise below."""
        self._all("on_train_begin", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """The run is over."""
        self._all("on_train_end", logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins."""
        self._progress.begin_epoch(epoch)
        self._all("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """An epoch is over."""
        self._progress.end_epoch(epoch, logs)
        self._all("on_epoch_end", epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A step begins."""
        self._all("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """A step is over."""
        self._progress.advance(batch + 1, lambda: logs)
        self._all("on_train_batch_end", batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """An evaluation begins."""
        self._all("on_test_begin", logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """An evaluation is over."""
        self._all("on_test_end", logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch is evaluated."""
        self._all("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch was evaluated."""
        self._all("on_test_batch_end", batch, logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """A prediction begins."""
        self._all("on_predict_begin", logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """A prediction is over."""
        self._all("on_predict_end", logs)

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch is predicted."""
        self._all("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch was predicted."""
        self._all("on_predict_batch_end", batch, logs)

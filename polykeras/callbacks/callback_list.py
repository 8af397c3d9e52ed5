"""`CallbackList`: several callbacks as one."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.callbacks.callback import Callback, Logs
from polykeras.callbacks.history import History
from polykeras.callbacks.progbar_logger import ProgbarLogger
from polykeras.errors import ArgumentError


class CallbackList(Callback):
    """Calls every callback in turn.

    Args:
        callbacks: callbacks, or structures of them.
        add_history, add_progbar: add a `History` or a `ProgbarLogger` behind them, unless there is one.
        model: what they see as ``model``.
        params: what they see as ``params``.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Callback] = [c for c in tree.flatten(callbacks) if c is not None] if callbacks else []
        for callback in self.callbacks:
            if not isinstance(callback, Callback):
                raise ArgumentError(f"callbacks: expected Callback objects, got {callback!r}.")
        for wanted, cls in ((add_history, History), (add_progbar, ProgbarLogger)):
            if wanted and not self.holds(cls):
                self.callbacks.append(cls())
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    def holds(self, cls: type[Callback]) -> bool:
        """Whether one of the callbacks is of that class."""
        return any(isinstance(c, cls) for c in self.callbacks)

    def set_model(self, model: Any) -> None:
        """The model, for all of them."""
        super().set_model(model)
        for callback in self.callbacks:
            callback.set_model(model)
            if isinstance(callback, History):
                model.history = callback

    def set_params(self, params: dict[str, Any]) -> None:
        """The settings of the run, for all of them."""
        super().set_params(params)
        for callback in self.callbacks:
            callback.set_params(params)

    def watches_batches(self, training: bool) -> bool:
        """Whether a callback overrides a batch method, so that steps must run one at a time with exact logs."""
        return any(c.watches_batches(training) for c in self.callbacks)

    def _all(self, name: str, *args: Any) -> None:
        for callback in self.callbacks:
            getattr(callback, name)(*args)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """See `Callback`; likewise below."""
        self._all("on_train_begin", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """The run is over."""
        self._all("on_train_end", logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins."""
        self._all("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch is over."""
        self._all("on_epoch_end", epoch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A step begins, by its older name."""
        self._all("on_batch_begin", batch, logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A step is over, by its older name."""
        self._all("on_batch_end", batch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A step begins."""
        self._all("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A step is over."""
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

"""`Callback`: the base class."""

from __future__ import annotations

from typing import Any

Logs = dict[str, Any]


class Callback:
    """Methods that `fit`, `evaluate` and `predict` call. Override those you need.

    `model` is the model and `params` a dictionary with ``epochs``, ``steps`` and ``verbose``. Setting
    ``self.model.stop_training = True`` ends `fit` after the current step. A callback that overrides a batch method gets
    exact logs for each batch, and the steps then run one at a time.
    """

    def __init__(self) -> None:
        self.model: Any = None
        self.params: dict[str, Any] = {}

    def set_model(self, model: Any) -> None:
        """Called once, before the run."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Called once, before the run."""
        self.params = params

    def watches_batches(self, training: bool) -> bool:
        """Whether batches of training, or of evaluations, matter to it: the steps then run one at a time."""
        return any(overrides(self, name) for name in BATCH_METHODS[training])

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch, with its logs."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch, counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch and its validation, with the logs of both."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a training step; the older name of `on_train_batch_begin`, which calls it."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a training step; the older name of `on_train_batch_end`, which calls it."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a training step."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a training step, with the logs of the epoch so far."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Before an evaluation."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """After an evaluation, with its logs."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch is evaluated."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch was evaluated."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Before a prediction."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """After a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch is predicted."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch was predicted, with its ``outputs``."""


BATCH_METHODS = {
    True: ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"),
    False: ("on_test_batch_begin", "on_test_batch_end"),
}
"""What a callback overrides to watch batches, of training and of evaluation."""


def overrides(callback: Callback, name: str) -> bool:
    """Whether the callback does something of its own in that method."""
    return getattr(getattr(callback, name), "__func__", None) is not getattr(Callback, name)

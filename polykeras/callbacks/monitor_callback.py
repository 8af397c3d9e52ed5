"""`MonitorCallback`: what callbacks that watch one of the logs have in common."""

from __future__ import annotations

import math
import warnings

from polykeras.callbacks.callback import Callback, Logs
from polykeras.errors import ArgumentError


class MonitorCallback(Callback):
    """Knows whether a new value of a log is better than an old one.

    Args:
        monitor: name of the log.
        mode: ``"min"`` or ``"max"`` for what is better; ``"auto"``: less of a loss, and what the metric says of itself.
        min_delta: a smaller difference is no improvement.
    """

    def __init__(self, monitor: str = "val_loss", mode: str = "auto", min_delta: float = 0) -> None:
        super().__init__()
        if mode not in ("auto", "min", "max"):
            raise ArgumentError(f"{type(self).__name__}: mode must be 'auto', 'min' or 'max', got {mode!r}.")
        self.monitor = monitor
        self.mode = mode
        self.min_delta = abs(min_delta)
        self.best: float | None = None
        self._sign = 0  # 1 if more is better, -1 if less is; 0 as long as it is not known

    def get_monitor_value(self, logs: Logs | None) -> float | None:
        """The value now; None, with a warning, if there is no such log."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            known = ", ".join(logs or {})
            warnings.warn(
                f"{type(self).__name__} watches {self.monitor!r}, which is not among the logs: {known}.",
                UserWarning,
                stacklevel=2,
            )
        return value

    def is_improvement(self, value: float, reference: float | None) -> bool:
        """Whether `value` is better than `reference` by more than `min_delta`. NaN is never better, None always worse.

        Raises `ArgumentError` if it is not known what is better.
        """
        if not self._sign:  # not before the model's metrics are there
            self._sign = {"min": -1, "max": 1}.get(self.mode) or self._sign_of_metric()
        if math.isnan(value):
            return False
        return reference is None or self._sign * (value - reference) > self.min_delta

    def _sign_of_metric(self) -> int:
        name = self.monitor.removeprefix("val_")
        if name == "loss" or name.endswith("_loss"):
            return -1
        for metric in getattr(self.model, "metrics", ()):
            if metric.name == name and metric._direction is not None:
                return 1 if metric._direction == "up" else -1
        raise ArgumentError(
            f"{type(self).__name__}: whether more or less of {self.monitor!r} is better cannot be told from its name. "
            "Say mode='max' or mode='min'."
        )

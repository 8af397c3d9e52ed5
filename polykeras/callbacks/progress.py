"""What `fit` and `evaluate` show: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable

import numpy as np

from polykeras import config
from polykeras.callbacks.callback import Logs
from polykeras.messages import show

REFRESH_SECONDS = 0.1
"""Logs are fetched for display no more often than this: looking at them makes a device wait."""

BAR_WIDTH = 20
"""Characters."""


def make_progress(verbose: int | str, epochs: int, steps: int | None, testing: bool) -> Progress:
    """The display for `verbose`: 0 none, 1 (and "auto") a bar on a terminal, else lines."""
    if verbose not in ("auto", 0, 1, 2, True, False):
        from polykeras.errors import ArgumentError

        raise ArgumentError(f'verbose must be 0, 1, 2 or "auto", got {verbose!r}.')
    if verbose in (0, False):
        return Progress(epochs, steps)
    if verbose == 2 or not sys.stdout.isatty() or testing or not config.is_interactive_logging_enabled():
        return Lines(epochs, steps)
    return Bar(epochs, steps)


def format_logs(logs: Logs) -> str:
    """``accuracy: 0.9731 - loss: 0.0987``; of several numbers under one name, their mean.

    >>> format_logs({"loss": 0.5, "lr": 1e-5})
    'loss: 0.5000 - lr: 1.0000e-05'
    """
    means = {name: value if isinstance(value, float) else float(np.mean(value)) for name, value in logs.items()}
    return " - ".join(
        f"{name}: {value:.4f}" if value == 0 or abs(value) >= 1e-3 else f"{name}: {value:.4e}"
        for name, value in means.items()
    )


def format_seconds(seconds: float) -> str:
    """A duration, with the unit that suits it."""
    if seconds < 1:
        return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"
    if seconds < 60:
        return f"{seconds:.1f}s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}min"


class Progress:
    """Shows nothing. Base of the others."""

    def __init__(self, epochs: int, steps: int | None, unit: str = "step") -> None:
        self.epochs = epochs
        self.steps = steps
        self.unit = unit
        self.step = 0
        self.seconds = 0.0
        self._label = ""  # of the epoch, if there are such

    def begin_epoch(self, epoch: int) -> None:
        """An epoch begins."""
        self.step = 0
        self._label = f"Epoch {epoch + 1:>{len(str(self.epochs))}}/{self.epochs} "

    def _pace(self) -> str:
        """How long a step took."""
        return f"{format_seconds(self.seconds / max(self.step, 1))}/{self.unit}"

    def advance(self, step: int, logs: Callable[[], Logs]) -> None:
        """`step` steps of the epoch are done."""

    def note_duration(self, seconds: float) -> None:
        """How long the steps of the epoch took."""
        self.seconds = seconds

    def end_epoch(self, epoch: int, logs: Logs) -> None:
        """An epoch is over."""

    def report(self, logs: Logs) -> None:
        """The result of an evaluation."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class Lines(Progress):
    """One line an epoch."""

    def advance(self, step: int, logs: Callable[[], Logs]) -> None:
        """Count."""
        self.step = step

    def end_epoch(self, epoch: int, logs: Logs) -> None:
        """Print the line."""
        label = f"Epoch {epoch + 1}/{self.epochs} - " if self._label else ""
        counted = f"{self.step} {self.unit}s - {format_seconds(self.seconds)} - {self._pace()}"
        show(f"{label}{counted} - {format_logs(logs)}" if logs else f"{label}{counted}")

    def report(self, logs: Logs) -> None:
        """Print the line."""
        show(format_logs(logs))


class Bar(Progress):
    """A line with a bar that is drawn anew in place, and stays, complete, when the epoch is over."""

    def __init__(
        self,
        epochs: int,
        steps: int | None,
        unit: str = "step",
        width: int = BAR_WIDTH,
        interval: float = REFRESH_SECONDS,
    ) -> None:
        super().__init__(epochs, steps, unit)
        self._width, self._interval = width, interval
        self._drawn = 0.0  # when
        self._live = False  # the cursor is behind a line that will be drawn anew
        self._full, self._empty = _marks()

    def begin_epoch(self, epoch: int) -> None:
        """Start a new line."""
        self.close()
        super().begin_epoch(epoch)
        self._drawn = 0.0
        self._draw("")

    def advance(self, step: int, logs: Callable[[], Logs]) -> None:
        """Draw the line anew, if the last time was long enough ago."""
        self.step = step
        now = time.perf_counter()
        if now - self._drawn >= self._interval:
            self._drawn = now
            self._draw(format_logs(logs()))

    def end_epoch(self, epoch: int, logs: Logs) -> None:
        """Draw the line as it stays, with the time that a step took."""
        shown = f" - {format_logs(logs)}" if logs else ""
        print(f"\r\x1b[K{self._head()} {format_seconds(self.seconds)} {self._pace()}{shown}", flush=True)
        self._live = False

    def close(self) -> None:
        """End a line that was left in the middle."""
        if self._live:
            print(flush=True)
            self._live = False

    def _head(self) -> str:
        if self.steps is None:
            return f"{self._label}{self.step}"
        done = min(self._width * self.step // max(self.steps, 1), self._width)
        bar = self._full * done + self._empty * (self._width - done)
        return f"{self._label}{self.step:>{len(str(self.steps))}}/{self.steps} {bar}"

    def _draw(self, text: str) -> None:
        # A line that is wider than the terminal could not be drawn anew in place.
        line = f"{self._head()} {text}"[: shutil.get_terminal_size().columns - 1]
        print(f"\r\x1b[K{line}", end="", flush=True)
        self._live = True


def _marks() -> tuple[str, str]:
    """What the bar is made of, for done and not done, as far as the terminal's encoding has it."""
    try:
        "━─".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "=", "."
    return "━", "─"

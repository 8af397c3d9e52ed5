"""What `fit` and `evaluate` show: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from polykeras.callbacks.callback import Logs

REFRESH_SECONDS = 0.1
"""Logs are fetched for display no more often than this: looking at them makes a device wait."""


def make_progress(verbose: int | str, epochs: int, steps: int | None, testing: bool) -> Progress:
    """The display for `verbose`: 0 none, 1 (and "auto") a bar on a terminal, else lines."""
    if verbose not in ("auto", 0, 1, 2, True, False):
        from polykeras.errors import ArgumentError

        raise ArgumentError(f'verbose must be 0, 1, 2 or "auto", got {verbose!r}.')
    if verbose in (0, False):
        return Progress(epochs, steps)
    if verbose == 2 or not sys.stdout.isatty() or testing:
        return Lines(epochs, steps)
    return Bar(epochs, steps)


def format_logs(logs: Logs) -> str:
    """``accuracy: 0.9731 - loss: 0.0987``.

    >>> format_logs({"loss": 0.5, "lr": 1e-5})
    'loss: 0.5000 - lr: 1.0000e-05'
    """
    return " - ".join(
        f"{name}: {value:.4f}" if value == 0 or abs(value) >= 1e-3 else f"{name}: {value:.4e}"
        for name, value in logs.items()
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

    def __init__(self, epochs: int, steps: int | None) -> None:
        self.epochs = epochs
        self.steps = steps
        self.step = 0
        self.seconds = 0.0

    def begin_epoch(self, epoch: int) -> None:
        """An epoch begins."""

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

    def begin_epoch(self, epoch: int) -> None:
        """Start counting."""
        self.step = 0

    def advance(self, step: int, logs: Callable[[], Logs]) -> None:
        """Count."""
        self.step = step

    def end_epoch(self, epoch: int, logs: Logs) -> None:
        """Print the line."""
        pace = format_seconds(self.seconds / max(self.step, 1))
        print(
            f"Epoch {epoch + 1}/{self.epochs} - {self.step} steps - {format_seconds(self.seconds)} - {pace}/step - "
            f"{format_logs(logs)}",
            flush=True,
        )

    def report(self, logs: Logs) -> None:
        """Print the line."""
        print(format_logs(logs), flush=True)


class Bar(Progress):
    """A bar that is redrawn in place, and stays as a full line when the epoch is over."""

    def __init__(self, epochs: int, steps: int | None) -> None:
        super().__init__(epochs, steps)
        self._live: Any = None
        self._task: Any = None
        self._drawn = 0.0

    def begin_epoch(self, epoch: int) -> None:
        """Start a new bar."""
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self.close()
        self.step = 0
        self._drawn = 0.0
        width = len(str(self.epochs))
        self._live = RichProgress(
            TextColumn(f"Epoch {epoch + 1:>{width}}/{self.epochs}"),
            TextColumn("{task.fields[count]}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[text]}"),
            auto_refresh=False,
        )
        self._live.start()
        self._task = self._live.add_task("", total=self.steps, count=self._count(), text="")

    def _count(self) -> str:
        if self.steps is None:
            return str(self.step)
        return f"{self.step:>{len(str(self.steps))}}/{self.steps}"

    def advance(self, step: int, logs: Callable[[], Logs]) -> None:
        """Redraw, if the last time was long enough ago."""
        self.step = step
        now = time.perf_counter()
        if self._live is None or now - self._drawn < REFRESH_SECONDS:
            return
        self._drawn = now
        self._live.update(self._task, completed=step, count=self._count(), text=format_logs(logs()), refresh=True)

    def end_epoch(self, epoch: int, logs: Logs) -> None:
        """Draw the full bar, with the time that a step took."""
        if self._live is None:
            return
        pace = format_seconds(self.seconds / max(self.step, 1))
        total = self.steps if self.steps is not None else self.step
        text = f"{format_seconds(self.seconds)} {pace}/step - {format_logs(logs)}"
        self._live.update(self._task, total=total, completed=total, count=self._count(), text=text, refresh=True)
        self.close()

    def close(self) -> None:
        """Stop redrawing."""
        if self._live is not None:
            self._live.stop()
            self._live = None

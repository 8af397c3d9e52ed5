"""`Progbar`: a progress bar for loops of one's own."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from polykeras import config
from polykeras.callbacks.progress import Bar, Lines, Progress
from polykeras.errors import ArgumentError


class Progbar:
    """Shows how far a loop is, and the means of some values.

    Args:
        target: steps in all; None if that is not known.
        width: of the bar, in characters.
        verbose: 0 shows nothing, 1 a bar, 2 a line at the end.
        interval: seconds between two drawings, at least.
        stateful_metrics: names of values that are shown as they come.
        stateless_metrics: names of values that are averaged over the steps: all others, if `stateful_metrics` are given;
            by default all values are shown as averages.
        unit_name: what a step is called.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ArgumentError("Progbar: give stateful_metrics or stateless_metrics, not both.")
        if verbose not in (0, 1, 2):
            raise ArgumentError(f"Progbar: verbose must be 0, 1 or 2, got {verbose!r}.")
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self.seen_so_far = 0
        self._sums: dict[str, list[float]] = {}  # of every value, weighted by steps, and the steps
        self._started = time.perf_counter()
        self._display = self._make_display()

    def _make_display(self) -> Progress:
        options: dict[str, Any] = {"unit": self.unit_name}
        if self.verbose == 0:
            return Progress(1, self.target)
        if self.verbose == 2 or not sys.stdout.isatty() or not config.is_interactive_logging_enabled():
            return Lines(1, self.target, **options)
        return Bar(1, self.target, width=self.width, interval=self.interval, **options)

    def update(
        self, current: int, values: Iterable[tuple[str, Any]] | None = None, finalize: bool | None = None
    ) -> None:
        """`current` steps are done.

        Args:
            current: steps so far.
            values: names and values of the steps since the last update.
            finalize: whether these were all; by default when `target` is reached.
        """
        steps = max(current - self.seen_so_far, 1)
        for name, value in values or ():
            self._note(name, value, steps)
        self.seen_so_far = current
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._display.advance(current, self._shown)
        if finalize:
            self._display.note_duration(time.perf_counter() - self._started)
            self._display.end_epoch(0, self._shown())

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """`n` more steps are done; see `update`."""
        self.update(self.seen_so_far + n, values)

    def _note(self, name: str, value: Any, steps: int) -> None:
        number = float(np.mean(value))
        as_it_is = name in self.stateful_metrics or (
            self.stateless_metrics is not None and name not in self.stateless_metrics
        )
        if as_it_is:
            self._sums[name] = [number, 1.0]
        else:
            total, count = self._sums.get(name, [0.0, 0.0])
            self._sums[name] = [total + number * steps, count + steps]

    def _shown(self) -> dict[str, float]:
        return {name: total / count for name, (total, count) in self._sums.items()}

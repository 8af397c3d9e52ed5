"""Reading the next batch while a step runs on the last one."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from polykeras.scope import backend_scope, current_backend

Batch = TypeVar("Batch")

SLOW_S = 1e-3
"""Reading that takes so long, in seconds a batch, is worth a thread: handing a batch over costs about a tenth of it."""

TRIALS = 4
"""How many batches are read before that is decided."""


class Ahead(Generic[Batch]):
    """Gives what `read` returns, call by call, in the same order; None is the end.

    The first batches are read when they are asked for. If that is slow, a thread reads one ahead from then on: a step
    and the reading beside it take as long as the slower of both. What `read` raises is raised where its batch would
    have come. `slow`: whether that is known from an earlier time.
    """

    def __init__(self, read: Callable[[], Batch | None], slow: bool = False) -> None:
        self.slow = slow
        self._read = read
        self._times: list[float] = []
        self._wanted: queue.SimpleQueue[bool] | None = None
        self._read_ahead: queue.SimpleQueue[tuple[Batch | None, BaseException | None]] = queue.SimpleQueue()
        self._pending = False

    def get(self, more: bool) -> Batch | None:
        """The next batch. `more` tells whether another will be asked for, unless this one is None."""
        batch = self._collect() if self._pending else self._read_timed()
        if self.slow and more and batch is not None:
            self._request()
        return batch

    def close(self) -> list[Batch]:
        """End the thread. Returns what was read and not asked for: one batch or none."""
        waiting: list[Batch] = []
        if self._pending:
            batch, error = self._read_ahead.get()
            self._pending = False
            waiting = [batch] if error is None and batch is not None else []
        if self._wanted is not None:
            self._wanted.put(False)
            self._wanted = None
        return waiting

    def _read_timed(self) -> Batch | None:
        started = time.perf_counter()
        batch = self._read()
        if not self.slow:
            self._times.append(time.perf_counter() - started)
            self.slow = len(self._times) == TRIALS and sorted(self._times)[TRIALS // 2] > SLOW_S
        return batch

    def _collect(self) -> Batch | None:
        batch, error = self._read_ahead.get()
        self._pending = False
        if error is not None:
            raise error
        return batch

    def _request(self) -> None:
        if self._wanted is None:
            self._wanted = queue.SimpleQueue()
            work = (self._wanted, self._read_ahead, self._read, current_backend())
            threading.Thread(target=_serve, args=work, name="read ahead", daemon=True).start()
        self._wanted.put(True)
        self._pending = True


def read_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same, by way of `Ahead`."""
    ahead = Ahead(lambda: next(batches, None))
    try:
        while (batch := ahead.get(more=True)) is not None:
            yield batch
    finally:
        ahead.close()


def _serve(wanted: Any, read_ahead: Any, read: Callable[[], Any], backend: Any) -> None:
    """Read a batch for each request, on the backend of the run, until there is a False."""
    with backend_scope(backend):
        while wanted.get():
            try:
                read_ahead.put((read(), None))
            except BaseException as error:  # to be raised in the thread that asks for the batch
                read_ahead.put((None, error))

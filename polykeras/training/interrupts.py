"""Ctrl-C waits for the end of a step.

A step hands its old state over (a framework may reuse that memory) and its new state is stored when it is done. An
interrupt in between would leave variables without values, so it is held back until the step is over.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class InterruptGuard:
    """While a run is in this context, an interrupt that arrives in a step is raised when the step is over.

    A second one is raised at once. Does nothing outside of the main thread, or where the program handles SIGINT itself.
    """

    def __init__(self) -> None:
        self._busy = False
        self._noted = False
        self._previous: Any = None  # the handler, if this guard replaced one

    def __enter__(self) -> InterruptGuard:
        self._outer, _local.guard = _local.guard, self
        handler = signal.getsignal(signal.SIGINT)
        ours = handler is signal.default_int_handler or isinstance(getattr(handler, "__self__", None), InterruptGuard)
        if ours and threading.current_thread() is threading.main_thread():
            self._previous = handler
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _local.guard = self._outer
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._busy and not self._noted:
            self._noted = True
        else:
            self._previous(number, frame)

    def begin_step(self) -> None:
        """From now on interrupts wait."""
        self._busy = True

    def end_step(self) -> None:
        """Raise the interrupt that came in the meantime, if one did."""
        self._busy = False
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt


class _Local(threading.local):
    guard: InterruptGuard | None = None


_local = _Local()


def current_guard() -> InterruptGuard | None:
    """The innermost guard of this thread."""
    return _local.guard

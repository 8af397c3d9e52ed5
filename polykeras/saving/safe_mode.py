"""Whether saved data may bring code of their own."""

from __future__ import annotations

import threading
from types import TracebackType


class _State(threading.local):
    safe: bool | None = None  # of the innermost scope


_state = _State()


class SafeModeScope:
    """Inside, what is loaded may bring code of its own if `safe_mode` is False; else it is refused.

    Code is Python lambdas in `Lambda` layers, and nothing else. It does whatever its author wants: be sure of the
    source.
    """

    def __init__(self, safe_mode: bool | None = True) -> None:
        self.safe_mode = safe_mode

    def __enter__(self) -> SafeModeScope:
        self._before = _state.safe
        _state.safe = self.safe_mode
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _state.safe = self._before


def asked_mode() -> bool | None:
    """What the innermost scope says; None outside of all."""
    return _state.safe


def in_safe_mode() -> bool:
    """Whether code is refused here: always, but in a `SafeModeScope` of False."""
    return _state.safe is not False

"""What the calls of layers inside one another share, by thread; and `name_scope`, a name among those of layers."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from polykeras.errors import ArgumentError


class NestedCalls(threading.local):
    """What nested calls of layers share."""

    training: bool | None = None  # of the outermost call
    depth: int = 0
    names: tuple[str, ...] = ()  # of the layers being built, for the paths of variables


calls = NestedCalls()


class name_scope:
    """``with name_scope("encoder"):`` puts ``encoder/`` before the paths of layers that are built inside the block.

    Args:
        name: without a slash.
        kwargs: for Keras's sake; they change nothing.

    Raises `ArgumentError` for a name with a slash, or one that is no string.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        if not isinstance(name, str) or "/" in name:
            raise ArgumentError(f"name_scope: name must be a string without a slash, got {name!r}.")
        self.name = name

    def __enter__(self) -> name_scope:
        self._previous = calls.names
        calls.names = (*self._previous, self.name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        calls.names = self._previous

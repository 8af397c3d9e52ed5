"""What the calls of layers inside one another share, by thread."""

from __future__ import annotations

import threading


class NestedCalls(threading.local):
    """What nested calls of layers share."""

    training: bool | None = None  # of the outermost call
    depth: int = 0
    names: tuple[str, ...] = ()  # of the layers being built, for the paths of variables


calls = NestedCalls()

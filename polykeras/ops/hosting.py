"""Primitives that a backend may leave to NumPy: rarely used, and long to write for a new library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def on_host(name: str) -> Callable[..., Any]:
    """The primitive `name` on ndarrays, for backends that lack it: the kernel of the NumPy backend."""

    def run(*args: Any) -> Any:
        from polykeras import plugins

        return plugins.load("numpy").kernels[name](*args)

    return run

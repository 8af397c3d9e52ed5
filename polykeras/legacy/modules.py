"""Keras 1's module tree on polykeras: modules whose names come from where they are today."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def forwarding(module: str, *targets: str) -> Callable[[str], Any]:
    """A ``__getattr__`` for `module`: a name is looked for in the modules `targets`, in this order."""

    def __getattr__(name: str) -> Any:
        if not name.startswith("__"):
            for target in targets:
                found = getattr(import_module(target), name, None)
                if found is not None:
                    return found
        raise AttributeError(f"module {module!r} has no attribute {name!r}.")

    return __getattr__

"""Keras 1's module tree on polykeras: modules whose names come from where they are today."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from polykeras.legacy.accepting import warn_of


def forwarding(module: str, *targets: str, warn: bool = False) -> Callable[[str], Any]:
    """A ``__getattr__`` for `module`: a name is looked for in the modules `targets`, in this order.

    With `warn`, the first name that is found is told of as the old spelling of one in the first of `targets`.
    """

    def __getattr__(name: str) -> Any:
        if not name.startswith("__"):
            for target in targets:
                found = getattr(import_module(target), name, None)
                if found is not None:
                    if warn:
                        warn_of(module, {module: targets[0]}, 2)
                    return found
        raise AttributeError(f"module {module!r} has no attribute {name!r}.")

    return __getattr__


def renaming(module: str, **names: str) -> Callable[[str], Any]:
    """A ``__getattr__`` for `module`: old names of what it holds, each told of once."""

    def __getattr__(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}.")
        warn_of(module, {name: names[name]}, 2)
        return getattr(import_module(module), names[name])

    return __getattr__

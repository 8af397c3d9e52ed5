"""Modules that list some of the operations under another name: `ops.nn`, `ops.numpy`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def listing(module: str, names: Sequence[str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a module whose attributes are the operations called `names`.

    They are looked up when they are asked for, since a module that lists ops is imported while these are declared.
    """
    known = frozenset(names)

    def look_up(name: str) -> Any:
        if name not in known:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        from polykeras import ops

        return getattr(ops, name)

    return look_up, lambda: sorted(known)

"""Tables that are kept in pieces: a package with a module for each topic. A new topic is a new module, and no list of them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


def modules(package: str) -> list[ModuleType]:
    """The modules directly inside `package`, by name."""
    found = import_module(package)
    return [import_module(f"{package}.{m.name}") for m in sorted(iter_modules(found.__path__), key=lambda m: m.name)]


def rows(package: str) -> list[Any]:
    """The lists called ``ROWS`` of the modules inside `package`, one after the other."""
    return [row for module in modules(package) for row in getattr(module, "ROWS", ())]


def entries(package: str, name: str) -> dict[str, Any]:
    """The dictionaries called `name` of the modules inside `package`, as one. Raises ValueError if two share a key."""
    result: dict[str, Any] = {}
    for module in modules(package):
        for key, value in getattr(module, name, {}).items():
            if key in result:
                raise ValueError(f"{package}: {key!r} is there twice; the second time in {module.__name__}.")
            result[key] = value
    return result


def numbered(ids: list[str]) -> list[str]:
    """`ids`, where one that occurs again gets a number: the second ``name`` is ``name-2``."""
    seen: dict[str, int] = {}
    result = []
    for name in ids:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return result

"""The classes and functions that saved data may name: an allow-list.

The classes of polykeras itself are on it by their package; others are put on it with `register_keras_serializable`, or
for a while with `CustomObjectScope`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}


class _Scopes(threading.local):
    """Objects of the scopes that are open in this thread, innermost last."""

    def __init__(self) -> None:
        self.stack: list[dict[str, Any]] = []


_scopes = _Scopes()


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """A decorator that lets saved models name the class or function, as ``package>name``."""

    def register(target: T) -> T:
        registered = f"{package}>{name or target.__name__}"  # type: ignore[attr-defined]
        if isinstance(target, type) and not hasattr(target, "get_config"):
            raise ValueError(f"{target.__name__} cannot be registered for saving: it has no get_config().")
        _registered[registered] = target
        _names[target] = registered
        return target

    return register


def get_registered_name(target: Any) -> str:
    """The name under which `target` was registered, else its own."""
    return _names.get(target, target.__name__)


def get_registered_object(name: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """What is registered under `name`, in `custom_objects` or in an open scope; None if nothing is."""
    for objects in (custom_objects or {}, *reversed(_scopes.stack), _registered):
        if name in objects:
            return objects[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """The table of registered objects itself; what is put into it may be named by saved models."""
    return _registered


class CustomObjectScope:
    """``with CustomObjectScope({"MyLayer": MyLayer}):`` lets names in saved data stand for these objects."""

    def __init__(self, custom_objects: dict[str, Any]) -> None:
        self.custom_objects = custom_objects

    def __enter__(self) -> CustomObjectScope:
        _scopes.stack.append(self.custom_objects)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _scopes.stack.pop()


custom_object_scope = CustomObjectScope

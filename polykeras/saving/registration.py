"""The classes and functions of users that saved data may name.

They are put on the list with `register_keras_serializable`, or for a while with `CustomObjectScope`. Those of polykeras
itself are found by `polykeras.saving.builtin`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TypeVar

from polykeras.errors import ArgumentError

T = TypeVar("T")

_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}


class _Scopes(threading.local):
    """Objects of the scopes that are open in this thread, innermost last."""

    def __init__(self) -> None:
        self.stack: list[Mapping[str, Any]] = []


_scopes = _Scopes()


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """A decorator that lets saved data name the class or function, as ``package>name``.

    Raises `ArgumentError` for a class without get_config(), which could not be saved.
    """

    def register(target: T) -> T:
        own = target.__name__  # type: ignore[attr-defined]
        if isinstance(target, type) and not hasattr(target, "get_config"):
            raise ArgumentError(f"{own} cannot be registered for saving: it has no get_config().")
        registered = f"{package}>{name or own}"
        _registered[registered] = target
        _names[target] = registered
        return target

    return register


def get_registered_name(obj: Any) -> str:
    """The name under which a class or function was registered, else its own."""
    try:
        return _names.get(obj) or obj.__name__
    except TypeError:  # not hashable
        return str(obj.__name__)


def get_registered_object(
    name: str, custom_objects: Mapping[str, Any] | None = None, module_objects: Mapping[str, Any] | None = None
) -> Any:
    """What `name` stands for in an open scope, in `custom_objects`, among what was registered, or in `module_objects`.

    None if it stands for nothing.
    """
    for objects in (*reversed(_scopes.stack), custom_objects, _registered, module_objects):
        if objects and name in objects:
            return objects[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """The table of registered objects itself; what is put into it may be named by saved data."""
    return _registered


class CustomObjectScope:
    """``with CustomObjectScope({"MyLayer": MyLayer}):`` lets names stand for these objects, in this thread."""

    def __init__(self, custom_objects: Mapping[str, Any]) -> None:
        self.custom_objects = custom_objects

    def __enter__(self) -> CustomObjectScope:
        _scopes.stack.append(self.custom_objects)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _scopes.stack.pop()


custom_object_scope = CustomObjectScope

"""`serialize_keras_object` and its inverse: plain dictionaries in the form that Keras 3 writes.

    {"module": "polykeras.layers", "class_name": "Dense", "config": {...}, "registered_name": None}

Reading is by an allow-list: the public classes of polykeras, and what was registered. Nothing is imported or run because
saved data ask for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from polykeras.errors import UnknownNameError, did_you_mean
from polykeras.saving.registration import get_registered_name, get_registered_object

_PACKAGES = (
    "layers", "models", "initializers", "regularizers", "constraints", "losses", "metrics", "optimizers",
    "optimizers.schedules", "random",
)  # fmt: skip


def serialize_keras_object(obj: Any) -> Any:
    """`obj` as plain data: numbers, strings, lists and dictionaries stay, objects with `get_config` are described."""
    if obj is None or isinstance(obj, (bool, int, float, str)):
        return obj
    if isinstance(obj, (list, tuple)):
        return [serialize_keras_object(v) for v in obj]
    if isinstance(obj, dict):
        return {k: serialize_keras_object(v) for k, v in obj.items()}
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": obj.tolist(), "dtype": str(obj.dtype)}}
    if hasattr(obj, "get_config"):
        cls = type(obj)
        registered = get_registered_name(cls)
        public = _public_package(cls)
        return {
            "module": f"polykeras.{public}" if public else cls.__module__,
            "class_name": cls.__name__,
            "config": serialize_keras_object(obj.get_config()),
            "registered_name": registered if registered != cls.__name__ else None,
        }
    if callable(obj) and getattr(obj, "__name__", "<lambda>") != "<lambda>":
        return {"class_name": "function", "config": get_registered_name(obj), "registered_name": get_registered_name(obj)}
    raise TypeError(f"{obj!r} cannot be saved: it has no get_config(). Register a named function or class in its place.")


def _public_package(cls: type) -> str | None:
    for package in _PACKAGES:
        if cls.__module__.startswith(f"polykeras.{package}") and _public(package, cls.__name__) is cls:
            return package
    return None


def _public(package: str, name: str) -> Any:
    return getattr(import_module(f"polykeras.{package}"), name, None)


def deserialize_keras_object(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The object that `serialize_keras_object` described. Raises `UnknownNameError` for a class that is not allowed."""
    if isinstance(config, list):
        return [deserialize_keras_object(c, custom_objects) for c in config]
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {k: deserialize_keras_object(v, custom_objects) for k, v in config.items()}
    name, inner = config["class_name"], config["config"]
    if name == "__numpy__":
        return np.array(inner["value"], inner["dtype"])
    if name == "function":
        found = get_registered_object(inner, custom_objects)
        if found is None:
            raise UnknownNameError(f"The function {inner!r} is not registered; see register_keras_serializable.")
        return found
    cls = _find_class(config, custom_objects)
    return cls.from_config(dict(inner)) if hasattr(cls, "from_config") else cls(**inner)


def _find_class(config: dict[str, Any], custom_objects: dict[str, Any] | None) -> Any:
    name = config["class_name"]
    for key in (config.get("registered_name"), name):
        found = get_registered_object(key, custom_objects) if key else None
        if found is not None:
            return found
    module = str(config.get("module") or "").replace("polykeras.", "").replace("keras.", "")
    packages = [p for p in _PACKAGES if module == p] or list(_PACKAGES)
    for package in packages:
        found = _public(package, name)
        if isinstance(found, type) and hasattr(found, "get_config"):
            return found
    known = [n for p in packages for n in dir(import_module(f"polykeras.{p}")) if n[:1].isupper()]
    raise UnknownNameError(
        f"Unknown class {name!r}.{did_you_mean(name, known)} A class of your own must be registered with "
        "register_keras_serializable, or passed in custom_objects."
    )

"""`serialize_keras_object` and its inverse: plain data in the form that Keras 3 writes.

    {"module": "keras.layers", "class_name": "Dense", "config": {...}, "registered_name": None}

Reading is by an allow-list: the public classes and functions of polykeras, and what users registered. Nothing is
imported, and no code is run, because saved data ask for it.
"""

from __future__ import annotations

import types
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, UnknownNameError, did_you_mean
from polykeras.saving import builtin
from polykeras.saving.registration import CustomObjectScope, get_registered_name, get_registered_object
from polykeras.saving.safe_mode import SafeModeScope, asked_mode


def serialize_keras_object(obj: Any) -> Any:
    """`obj` as plain data: numbers, strings, lists and dictionaries stay, objects with get_config() are described.

    Raises `ArgumentError` for what can only be saved as code: lambdas, and objects without get_config().
    """
    if obj is None or (isinstance(obj, (bool, int, float, str)) and not isinstance(obj, np.generic)):
        return obj
    if isinstance(obj, (list, tuple)):
        items = [serialize_keras_object(v) for v in obj]
        return tuple(items) if isinstance(obj, tuple) else items
    if isinstance(obj, dict):
        return {k: serialize_keras_object(v) for k, v in obj.items()}
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, np.ndarray):
        return _special("__numpy__", value=obj.tolist(), dtype=obj.dtype.name)
    if isinstance(obj, bytes):
        return _special("__bytes__", value=obj.decode("utf-8"))
    if isinstance(obj, slice):
        return _special("__slice__", start=obj.start, stop=obj.stop, step=obj.step)
    if obj is Ellipsis:
        return _special("__ellipsis__")
    if isinstance(obj, np.dtype):
        return obj.name
    if hasattr(obj, "get_config"):
        return _described(obj)
    if isinstance(obj, types.FunctionType) and obj.__name__ != "<lambda>":
        return {
            "module": "builtins",
            "class_name": "function",
            "config": get_registered_name(obj),
            "registered_name": "function",
        }
    from polykeras import ops

    if ops.is_tensor(obj) or hasattr(obj, "assign"):
        return _special("__tensor__", value=ops.convert_to_numpy(obj).tolist(), dtype=ops.dtype(obj))
    raise ArgumentError(
        f"{obj!r} cannot be saved: it has no get_config() and is no named function. Use a class with get_config(), "
        "or a named function, registered with register_keras_serializable."
    )


def _special(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": config}


def _described(obj: Any) -> dict[str, Any]:
    cls = type(obj)
    module = builtin.keras_module(cls)
    registered = get_registered_name(cls)
    public = module is not None and not module.startswith("keras.src")
    described = {
        "module": module or cls.__module__,
        "class_name": cls.__name__,
        "config": serialize_keras_object(obj.get_config()),
        "registered_name": None if public and registered == cls.__name__ else registered,
    }
    if getattr(obj, "built", False) and hasattr(obj, "get_build_config"):
        described["build_config"] = serialize_keras_object(obj.get_build_config())
    if getattr(obj, "compiled", False) and hasattr(obj, "get_compile_config"):
        described["compile_config"] = _described_compiling(obj)
    return described


def _described_compiling(obj: Any) -> Any:
    """How a model was compiled. None, with a warning, if that takes code: its layers and weights are worth saving still."""
    try:
        return serialize_keras_object(obj.get_compile_config())
    except ArgumentError as error:
        warnings.warn(
            f"{obj.name!r} is described without its loss and optimizer, compile it anew after loading. {error}",
            UserWarning,
            stacklevel=2,
        )
        return None


def deserialize_keras_object(
    config: Any,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,
    *,
    home: str | None = None,
) -> Any:
    """The object that `serialize_keras_object` described.

    Args:
        config: plain data.
        custom_objects: classes and functions by name, beside those that were registered.
        safe_mode: whether code in the data, Python lambdas of `Lambda` layers, is refused. Inside a `SafeModeScope`,
            this one decides.
        home: the package in which to look first for a class that comes without a module.

    Raises `UnknownNameError` for a class or function that is not on the allow-list, `ArgumentError` for a configuration
    that its class does not take.
    """
    with SafeModeScope(safe_mode if asked_mode() is None else asked_mode()), CustomObjectScope(custom_objects or {}):
        return _restored(config, home)


def _restored(config: Any, home: str | None) -> Any:
    if isinstance(config, (list, tuple)):
        items = [_restored(c, None) for c in config]
        return tuple(items) if isinstance(config, tuple) else items
    if isinstance(config, str):
        found = get_registered_object(config)
        return config if found is None else found
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {k: _restored(v, None) for k, v in config.items()}
    name, inner = config["class_name"], config["config"]
    if name in _SPECIAL:
        return _SPECIAL[name](inner)
    if name == "function":
        return _function(config, home)
    cls = _class(config, home)
    if not isinstance(inner, (dict, type(None))):
        raise ArgumentError(f"The configuration of {name} must be a dictionary, got {inner!r:.60}.")
    try:
        instance = cls.from_config(dict(inner or {}))
    except TypeError as error:
        raise ArgumentError(f"{name} cannot be made from the configuration {inner!r:.200}: {error}") from error
    build = config.get("build_config")
    if build and any(v is not None for v in build.values()) and not getattr(instance, "built", True):
        instance.build_from_config(build)
    if config.get("compile_config") and not getattr(instance, "compiled", True):
        instance.compile_from_config(config["compile_config"])
    return instance


def _tensor(inner: dict[str, Any]) -> Any:
    from polykeras import ops

    return ops.convert_to_tensor(np.array(inner["value"]), inner["dtype"])


def _array(inner: dict[str, Any]) -> Any:
    from polykeras.dtypes import numpy_dtype, standardize

    return np.array(inner["value"], numpy_dtype(standardize(inner["dtype"])))


_SPECIAL = {
    "__numpy__": _array,
    "__tensor__": _tensor,
    "__bytes__": lambda inner: inner["value"].encode("utf-8"),
    "__slice__": lambda inner: slice(inner["start"], inner["stop"], inner["step"]),
    "__ellipsis__": lambda inner: Ellipsis,
    "__tuple__": lambda inner: tuple(_restored(v, None) for v in inner["value"]),
}


def _function(config: dict[str, Any], home: str | None) -> Any:
    name = config["config"]
    found = get_registered_object(name)
    if found is None:
        found = builtin.find_function(name, config.get("module"), home)
    if found is None:
        raise UnknownNameError(
            f"Unknown function {name!r}. A function of your own must be registered with register_keras_serializable, "
            "or passed in custom_objects."
        )
    return found


def _class(config: dict[str, Any], home: str | None) -> Any:
    name = config["class_name"]
    for key in (config.get("registered_name"), name):
        found = get_registered_object(key) if key else None
        if found is not None:
            return found
    found = builtin.find_class(name, config.get("module"), home)
    if found is None:
        where = f" of module {config['module']!r}" if config.get("module") else ""
        raise UnknownNameError(
            f"Unknown class {name!r}{where}.{did_you_mean(name, builtin.class_names())} A class of your own must be "
            "registered with register_keras_serializable, or passed in custom_objects."
        )
    return found

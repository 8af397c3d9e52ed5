"""The classes and functions of polykeras that saved data may name: what its packages list in ``__all__``.

Saved data call the packages by the names that Keras 3 gives them, so that either reads what the other wrote.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

PACKAGES = (
    "layers", "models", "initializers", "regularizers", "constraints", "losses", "metrics", "optimizers",
    "optimizers.schedules", "random", "dtype_policies",
)  # fmt: skip
FUNCTION_PACKAGES = ("activations", "losses", "metrics")

# Classes whose module has another name in Keras.
_KERAS_MODULES = {
    "DTypePolicy": "keras",
    "FloatDTypePolicy": "keras",
    "Functional": "keras.src.models.functional",
    "Model": "keras",
    "Sequential": "keras",
}
_NOT_DATA = ("get", "serialize", "deserialize", "as_loss", "reduce_weighted_values")  # functions that no data may name


def keras_module(cls: type) -> str | None:
    """The module that saved data name for a class of polykeras; None for a class of somebody else."""
    root, _, rest = cls.__module__.partition(".")
    if root != "polykeras":
        return None
    if cls.__name__ in _KERAS_MODULES and find_class(cls.__name__) is cls:
        return _KERAS_MODULES[cls.__name__]
    for package in reversed(PACKAGES):  # the longer name of two that begin alike comes later in the table
        if rest.startswith(package) and _public(package, cls.__name__) is cls:
            return f"keras.{package}"
    return None


def find_class(name: str, module: str | None = None, home: str | None = None) -> type | None:
    """The class of polykeras with that name, if saved data may name it.

    `module` is what saved data give, such as ``"keras.layers"`` or ``"keras.src.layers.core.dense"``; without it, as in
    data of Keras 1 and 2, the package `home`, then all others are searched.
    """
    for package in _candidates(module, home):
        found = _public(package, name)
        if isinstance(found, type) and hasattr(found, "from_config"):
            return found
    return None


def find_function(name: str, module: str | None = None, home: str | None = None) -> Any:
    """The function of polykeras with that name, if saved data may name it."""
    if module == "builtins":
        module = None
    for package in _candidates(module, home):
        if package in FUNCTION_PACKAGES:
            found = _public(package, name)
            if inspect.isfunction(found) and name not in _NOT_DATA:
                return found
    return None


def class_names() -> list[str]:
    """All class names, for messages."""
    return [n for p in PACKAGES for n in _names(p) if n[:1].isupper()]


def _candidates(module: str | None, home: str | None) -> tuple[str, ...]:
    everything = (*PACKAGES, *FUNCTION_PACKAGES)
    if not module:
        return (home, *everything) if home else everything
    root, *parts = module.split(".")
    if root not in ("keras", "polykeras", "tf_keras"):
        return ()
    if parts[:1] == ["src"]:
        parts = parts[1:]
    if not parts:
        return ("models", "dtype_policies")
    path = ".".join(parts)
    return tuple(p for p in reversed(everything) if path == p or path.startswith(f"{p}."))


def _names(package: str) -> list[str]:
    return list(getattr(import_module(f"polykeras.{package}"), "__all__", ()))


def _public(package: str, name: str) -> Any:
    if name in _names(package):
        return getattr(import_module(f"polykeras.{package}"), name, None)
    return None

"""Optimizers: how variables follow gradients."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.optimizers import schedules
from polykeras.optimizers.adam import Adam
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.rmsprop import RMSprop
from polykeras.optimizers.sgd import SGD
from polykeras.saving.lookup import look_up
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object

_CLASSES = (Adam, RMSprop, SGD)
_TABLE = {name: cls for cls in _CLASSES for name in (cls.__name__, cls.__name__.lower())}


def get(identifier: Any) -> Any:
    """The optimizer that a name (``"adam"``, ``"Adam"``), configuration, class or object stands for; None stays None.

    Raises `UnknownNameError` for a name that does not exist, `ArgumentError` for anything else that is no optimizer.
    """
    if isinstance(identifier, dict):
        return deserialize(identifier)
    found = look_up(identifier, _TABLE, "optimizers")
    if found is None or hasattr(found, "apply"):
        return found
    raise ArgumentError(f"{identifier!r} is no optimizer: a name or an Optimizer is expected.")


def serialize(optimizer: Any) -> Any:
    """The optimizer as plain data."""
    return serialize_keras_object(optimizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The optimizer that `serialize` described; the case of its class name does not matter."""
    if isinstance(config, dict) and str(config.get("class_name")).lower() in _TABLE:
        config = {**config, "class_name": _TABLE[config["class_name"].lower()].__name__}
    return deserialize_keras_object(config, custom_objects)


__all__ = ["SGD", "Adam", "Optimizer", "RMSprop", "deserialize", "get", "schedules", "serialize"]

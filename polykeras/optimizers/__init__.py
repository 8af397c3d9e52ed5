"""Optimizers: rules that change weights by gradients."""

from __future__ import annotations

from typing import Any

from polykeras.optimizers import schedules
from polykeras.optimizers.adam import Adam
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.rmsprop import RMSprop
from polykeras.optimizers.sgd import SGD
from polykeras.saving.lookup import look_up, table_of
from polykeras.saving.serialization import deserialize_keras_object as deserialize
from polykeras.saving.serialization import serialize_keras_object as serialize

_TABLE: dict[str, Any] = table_of(SGD, RMSprop, Adam, sgd=SGD, rmsprop=RMSprop)


def get(identifier: Any) -> Any:
    """The optimizer that a name, configuration, class or object stands for; None stays None."""
    if isinstance(identifier, str):
        identifier = identifier if identifier in _TABLE else identifier.lower()
    found = look_up(identifier, _TABLE, "optimizer")
    if found is not None and not isinstance(found, Optimizer):
        from polykeras.errors import UnknownNameError

        raise UnknownNameError(f"{identifier!r} is no optimizer: a name or an Optimizer is expected.")
    return found


__all__ = ["SGD", "Adam", "Optimizer", "RMSprop", "deserialize", "get", "schedules", "serialize"]

"""Optimizers: how variables follow gradients."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.legacy.accepting import accept_in_optimizers
from polykeras.optimizers import schedules
from polykeras.optimizers.adadelta import Adadelta
from polykeras.optimizers.adafactor import Adafactor
from polykeras.optimizers.adagrad import Adagrad
from polykeras.optimizers.adam import Adam
from polykeras.optimizers.adamax import Adamax
from polykeras.optimizers.adamw import AdamW
from polykeras.optimizers.ftrl import Ftrl
from polykeras.optimizers.lamb import Lamb
from polykeras.optimizers.lion import Lion
from polykeras.optimizers.loss_scale_optimizer import LossScaleOptimizer
from polykeras.optimizers.multi_optimizer import MultiOptimizer
from polykeras.optimizers.muon import Muon
from polykeras.optimizers.nadam import Nadam
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.optimizer_map import OptimizerMap
from polykeras.optimizers.rmsprop import RMSprop
from polykeras.optimizers.schedule_free_adamw import ScheduleFreeAdamW
from polykeras.optimizers.sgd import SGD
from polykeras.saving.lookup import look_up
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object

_CLASSES = (
    Adadelta, Adafactor, Adagrad, Adam, AdamW, Adamax, Ftrl, Lamb, Lion, Muon, Nadam, RMSprop, SGD, ScheduleFreeAdamW,
)  # fmt: skip
_TABLE = {name: cls for cls in _CLASSES for name in (cls.__name__, cls.__name__.lower())}
_BY_LOWER_CASE = {cls.__name__.lower(): cls.__name__ for cls in (*_CLASSES, LossScaleOptimizer, MultiOptimizer)}

accept_in_optimizers(globals())


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
    if isinstance(config, dict) and str(config.get("class_name")).lower() in _BY_LOWER_CASE:
        config = {**config, "class_name": _BY_LOWER_CASE[config["class_name"].lower()]}
    return deserialize_keras_object(config, custom_objects)


__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]

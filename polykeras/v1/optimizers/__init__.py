"""Keras 1.2.2's optimizers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import optimizers as modern
from polykeras.errors import ArgumentError, did_you_mean
from polykeras.v1.optimizers.adaptive import Adam, Adamax, Nadam
from polykeras.v1.optimizers.descent import SGD, Adadelta, Adagrad, RMSprop
from polykeras.v1.optimizers.optimizer import Optimizer
from polykeras.v1.optimizers.optimizer import clip_norm as clip_norm
from polykeras.v1.utils.generic_utils import get_custom_objects, get_from_module
from polykeras.variable import Variable


class TFOptimizer(Optimizer):
    """One of today's optimizers of polykeras, in the place where Keras 1 took one of TensorFlow's."""

    def __init__(self, optimizer: modern.Optimizer) -> None:
        super().__init__()
        if not isinstance(optimizer, modern.Optimizer):
            raise ArgumentError(f"TFOptimizer: an optimizer of polykeras was wanted, got {type(optimizer).__name__}.")
        self.optimizer = optimizer

    def build(self, variables: Sequence[Variable]) -> None:
        """Build the other optimizer."""
        self.optimizer.build(variables)
        self.built = True

    @property
    def variables(self) -> list[Variable]:
        """The other optimizer's."""
        return list(self.optimizer.variables)

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """One step of the other optimizer."""
        self.optimizer.apply(grads, trainable_variables)

    def get_config(self) -> dict[str, Any]:
        """Refused, as in Keras 1."""
        raise ArgumentError("TFOptimizer has no configuration.")


sgd, rmsprop, adagrad, adadelta, adam, adamax, nadam = SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam
_TABLE = {c.__name__.lower(): c for c in (SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam)}


def optimizer_from_config(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
    """The optimizer of ``{"class_name": ..., "config": ...}``."""
    name = config["class_name"]
    cls = {**get_custom_objects(), **(custom_objects or {})}.get(name) or _TABLE.get(name.lower())
    if cls is None:
        raise ArgumentError(f"There is no optimizer named {name!r}.{did_you_mean(name, _TABLE)}")
    found: Optimizer = cls.from_config(config["config"])
    return found


def get(identifier: Any, kwargs: dict[str, Any] | None = None) -> Any:
    """The optimizer that a name or a configuration stands for; one of polykeras' own is taken too."""
    if isinstance(identifier, modern.Optimizer) and not isinstance(identifier, Optimizer):
        return TFOptimizer(identifier)
    if isinstance(identifier, str):
        identifier = identifier.lower() if identifier not in get_custom_objects() else identifier
    return get_from_module(identifier, _TABLE, "optimizer", instantiate=True, kwargs=kwargs)

"""`OptimizerMap`: which optimizer a variable belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.optimizers.loss_scale_optimizer import LossScaleOptimizer
from polykeras.optimizers.optimizer import Optimizer
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.variable import Variable


class OptimizerMap(MutableMapping[str, Optimizer]):
    """Optimizers by the paths of variables: whole paths, or regular expressions that match them from end to end.

    Args:
        default_optimizer: for the variables that nothing matches.
        optimizer_map: a dictionary to begin with.

    >>> from polykeras import optimizers
    >>> which = optimizers.OptimizerMap(optimizers.SGD(name="rest"), {"encoder/.*": optimizers.Adam(name="inner")})
    >>> which["encoder/dense/kernel"].name, which["encoder"].name
    ('inner', 'rest')
    """

    def __init__(self, default_optimizer: Optimizer, optimizer_map: dict[str, Optimizer] | None = None) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise ArgumentError(f"OptimizerMap: default_optimizer must be an Optimizer, got {default_optimizer!r}.")
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise ArgumentError(f"OptimizerMap: optimizer_map must be a dictionary, got {optimizer_map!r}.")
        self._default = default_optimizer
        self._map: dict[str, Optimizer] = {}
        self.update(optimizer_map or {})

    @property
    def default_optimizer(self) -> Optimizer:
        """The optimizer of all variables that nothing matches."""
        return self._default

    def __getitem__(self, key: str) -> Optimizer:
        if key in self._map:
            return self._map[key]
        found = [pattern for pattern in self._map if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ArgumentError(f"OptimizerMap: the path {key!r} is matched by several patterns: {', '.join(found)}.")
        return self._map[found[0]] if found else self._default

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        if not isinstance(key, str):
            raise ArgumentError(f"OptimizerMap: keys must be strings, got {key!r}.")
        if key in self._map:
            raise ArgumentError(f"OptimizerMap: {key!r} has an optimizer already, {self._map[key]!r}.")
        check_usable("OptimizerMap", optimizer)
        self._map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._map[key]

    def __len__(self) -> int:
        return len(self._map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __call__(self, variable: Variable) -> Optimizer:
        """The optimizer of a variable."""
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "default_optimizer": serialize_keras_object(self._default),
            "optimizer_map": serialize_keras_object(self._map),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> OptimizerMap:
        """The map that `get_config` described."""
        return cls(**deserialize_keras_object(config, custom_objects))


def check_usable(label: str, optimizer: Any) -> None:
    """Raise `ArgumentError` for what cannot be one of several optimizers."""
    wrapper = isinstance(optimizer, LossScaleOptimizer) or hasattr(optimizer, "optimizers")
    if wrapper or not isinstance(optimizer, Optimizer):
        raise ArgumentError(
            f"{label}: an optimizer that wraps no others is expected for a variable, got {optimizer!r}."
        )

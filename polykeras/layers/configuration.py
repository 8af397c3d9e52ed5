"""From the arguments of a layer's constructor to its configuration."""

from __future__ import annotations

import inspect
import math
from collections.abc import Collection
from typing import Any

from polykeras.errors import ArgumentError, ShapeError

LOW_RANK = frozenset({"lora_rank", "lora_alpha", "quantization_config"})
"""Arguments that `LowRankLayer.get_config` describes for its subclasses."""


def parameters(cls: type) -> tuple[str, ...]:
    """The names of the parameters of ``cls.__init__`` but ``self``, ``name`` and ``**kwargs``."""
    found = list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]
    return tuple(p.name for p in found if p.kind is not p.VAR_KEYWORD and p.name != "name")


def arguments_of(layer: Any, cls: type, without: Collection[str] = ()) -> dict[str, Any]:
    """What ``cls.__init__`` was called with, but for `without`, for `get_config`: attributes of its parameters' names.

    Activations, initializers, regularizers and constraints, known by how the names end, are serialized.
    """
    hidden = LOW_RANK.union(without)
    return {name: described(name, getattr(layer, name)) for name in parameters(cls) if name not in hidden}


def described(name: str, value: Any) -> Any:
    """`value`, a constructor's argument called `name`, as a configuration holds it."""
    if name.endswith("initializer"):
        from polykeras import initializers

        return initializers.serialize(value)
    if name.endswith("regularizer"):
        from polykeras import regularizers

        return regularizers.serialize(value)
    if name.endswith("constraint"):
        from polykeras import constraints

        return constraints.serialize(value)
    if name == "activation" or name.endswith("_activation"):
        from polykeras import activations

        return activations.serialize(value)
    return value


def known_size(layer: Any, shape: Any, axis: int = -1) -> int:
    """The size along `axis` of the shape that `layer` is built with. Raises `ShapeError` if it is not known."""
    size = shape[axis]
    if size is None:
        raise ShapeError(
            f"Layer {layer.name!r} needs to know the size along axis {axis} of its input to make its weights, "
            f"got shape {tuple(shape)}. Give the first layer of the model, or its Input, a complete shape."
        )
    return int(size)


def positive(layer: type, name: str, value: Any) -> int:
    """`value` as a positive int. Raises `ArgumentError`, naming layer and argument."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < 1:
        raise ArgumentError(f"{layer.__name__}: {name} must be a positive int, got {value!r}.")
    return int(value)


def fraction(layer: type, name: str, value: Any) -> float:
    """`value` as it is, if it is a number from 0 to 1. Raises `ArgumentError`, naming layer and argument."""
    if isinstance(value, (int, float)) and 0 <= value <= 1:
        return value
    raise ArgumentError(f"{layer.__name__}: {name} must be a number from 0 to 1, got {value!r}.")


def below_one(layer: type, name: str, value: Any) -> float:
    """`value` as it is, if it is a number from 0 up to, but not, 1. Raises `ArgumentError` likewise."""
    if isinstance(value, (int, float)) and 0 <= value < 1:
        return value
    raise ArgumentError(f"{layer.__name__}: {name} must be a number of at least 0 and below 1, got {value!r}.")


def not_negative(layer: type, name: str, value: Any) -> float:
    """`value` as it is, if it is a finite number of at least 0. Raises `ArgumentError` likewise."""
    if isinstance(value, (int, float)) and 0 <= value < math.inf:
        return value
    raise ArgumentError(f"{layer.__name__}: {name} must be a finite number of at least 0, got {value!r}.")

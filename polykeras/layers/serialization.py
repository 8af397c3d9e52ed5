"""Layers as plain data."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.layers.layer import Layer


def serialize(layer: Layer) -> dict[str, Any]:
    """The layer, without its weights, as plain data."""
    from polykeras import saving

    described: dict[str, Any] = saving.serialize_keras_object(layer)
    return described


def deserialize(config: Any, custom_objects: Any = None) -> Layer:
    """The layer that `serialize` described, with new weights.

    Raises `UnknownNameError` for an unknown class, `ArgumentError` if the configuration is none of a layer.
    """
    from polykeras import saving

    layer = saving.deserialize_keras_object(config, custom_objects, home="layers")
    if not isinstance(layer, Layer):
        raise ArgumentError(f"This configuration is none of a layer: {config!r:.100}.")
    return layer

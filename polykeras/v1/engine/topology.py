"""Layers, their nodes, and graphs of them."""

from __future__ import annotations

from typing import Any

from polykeras.v1.engine.base_layer import InputSpec, Layer
from polykeras.v1.engine.container import Container
from polykeras.v1.engine.input_layer import Input, InputLayer
from polykeras.v1.engine.merge import Merge, merge
from polykeras.v1.engine.nodes import Node, get_source_inputs


def to_list(x: Any) -> list[Any]:
    """`x` if it is a list, else a list of it."""
    return x if isinstance(x, list) else [x]


def object_list_uid(object_list: Any) -> str:
    """A string that tells lists of objects apart."""
    return ", ".join(str(abs(id(x))) for x in to_list(object_list))


__all__ = [
    "Container",
    "Input",
    "InputLayer",
    "InputSpec",
    "Layer",
    "Merge",
    "Node",
    "get_source_inputs",
    "merge",
    "object_list_uid",
    "to_list",
]

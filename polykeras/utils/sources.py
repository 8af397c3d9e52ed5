"""Where symbolic tensors come from."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor


def get_source_inputs(tensor: Any) -> list[KerasTensor]:
    """The inputs that a symbolic tensor is computed from, each once, in the order in which they are reached.

    Raises `ArgumentError` for what is no symbolic tensor.
    """
    if not isinstance(tensor, KerasTensor):
        raise ArgumentError(f"get_source_inputs: expected a symbolic tensor, got {type(tensor).__name__}.")
    found: dict[int, KerasTensor] = {}
    seen: set[int] = set()
    stack = [tensor]
    while stack:
        x = stack.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if x.node is None or not x.node.inputs:
            found[id(x)] = x
        else:
            stack.extend(reversed(x.node.inputs))
    return list(found.values())

"""`Operation`: something that can be a node of a graph. Layers are operations, and so is every op on symbolic tensors."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.graph.node import Node

_lock = threading.Lock()
_counts: dict[str, int] = {}


def snake_case(class_name: str) -> str:
    """As Keras spells it: ``conv2d``, ``max_pooling1d``, ``re_lu``, ``lstm_cell``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", class_name.lstrip("_")).lower()


def unique_name(class_name: str) -> str:
    """``dense``, ``dense_1``, ``dense_2`` ... for ``Dense``; counted in the process."""
    base = snake_case(class_name)
    with _lock:
        n = _counts.get(base, 0)
        _counts[base] = n + 1
    return f"{base}_{n}" if n else base


def reset_names() -> None:
    """Start counting names afresh."""
    with _lock:
        _counts.clear()


class Operation:
    """Has a name, remembers the nodes that it made."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name or unique_name(type(self).__name__)
        self._inbound_nodes: list[Node] = []

    @property
    def input(self) -> Any:
        """The symbolic input(s) of the first call of this operation."""
        return self._first_node("input").structure("inputs")

    @property
    def output(self) -> Any:
        """The symbolic output(s) of the first call of this operation."""
        return self._first_node("output").structure("outputs")

    def _first_node(self, what: str) -> Node:
        if not self._inbound_nodes:
            raise AttributeError(f"{self.name!r} was not called on a symbolic tensor yet, it has no {what}.")
        return self._inbound_nodes[0]


class OpCall(Operation):
    """An op of `polykeras.ops`, called on symbolic tensors."""

    def __init__(self, op: Any) -> None:
        super().__init__(unique_name(op.name))
        self.op = op

    def __call__(self, *args: Any) -> Any:
        return self.op.call(*args)


class FunctionCall(Operation):
    """A function that is no op, a loop say, called on symbolic tensors."""

    def __init__(self, function: Any) -> None:
        super().__init__(unique_name(getattr(function, "__name__", "function").strip("<>")))
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

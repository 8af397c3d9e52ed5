"""Nodes that are listed without being kept alive."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polykeras.graph.node import Node


class WeakNodes:
    """The nodes that an operation's outputs went into, as long as somebody else keeps them.

    A model that was tried with many others on top of it does not hold on to these. A copy starts empty: the nodes that are
    copied with the operation list themselves anew.
    """

    def __init__(self) -> None:
        self._references: list[weakref.ref[Node]] = []

    def add(self, node: Node) -> None:
        """List `node`; those that are gone are forgotten."""
        self._references = [r for r in self._references if r() is not None]
        self._references.append(weakref.ref(node))

    def __iter__(self) -> Iterator[Node]:
        return iter([node for node in (r() for r in self._references) if node is not None])

    def __reduce__(self) -> Any:
        return WeakNodes, ()

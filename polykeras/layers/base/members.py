"""What a layer holds among its attributes, and a memory of what a walk over them has found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import is_
from typing import Any, TypeVar

from polykeras import changes
from polykeras.graph.operation import Operation
from polykeras.random.seed_generator import SeedGenerator
from polykeras.variable import Variable

Found = TypeVar("Found")
Container = list[Any] | tuple[Any, ...] | dict[Any, Any]


def is_metric(value: Any) -> bool:
    """Whether it is a metric; layers that are adapted to data have `update_state` too, but no result."""
    return hasattr(value, "update_state") and hasattr(value, "result")


def is_member(value: Any) -> bool:
    """Whether it has state, or may have: a variable, an operation, a seed generator or a metric."""
    return isinstance(value, (Variable, Operation, SeedGenerator)) or is_metric(value)


def may_hold(value: Any) -> bool:
    """Whether it is a member, or may have some in it."""
    return type(value) not in _PLAIN and (isinstance(value, (list, tuple, dict)) or is_member(value))


_PLAIN = frozenset({bool, int, float, str, type(None)})  # most attributes


def find_members(value: Any) -> Iterator[Any]:
    """Variables, operations, seed generators and metrics: the value itself, or those in it."""
    if isinstance(value, (list, tuple)):
        for v in value:
            yield from find_members(v)
    elif isinstance(value, dict):
        for v in value.values():
            yield from find_members(v)
    elif is_member(value):
        yield value


class Memory:
    """What walks over a tree of layers have found; good for as long as the tree stays as it is.

    An attribute that is set is counted by `changes`. A list or dictionary may also be changed in place, so those that the
    walk came through are looked at again: for other elements where they hold members, else for another length only,
    since they may be long (a vocabulary).
    """

    def __init__(self, attributes: Iterator[Mapping[str, Any]]) -> None:
        self._count = changes.count
        self._holding: list[tuple[Container, list[Any]]] = []
        self._other: list[tuple[Container, int]] = []
        for values in attributes:
            for value in values.values():
                self._watch(value)
        self._found: dict[str, Any] = {}

    def _watch(self, value: Any) -> None:
        if not isinstance(value, (list, tuple, dict)):
            return
        inside = list(value.values() if isinstance(value, dict) else value)
        if any(map(may_hold, inside)):
            self._holding.append((value, inside))
            for v in inside:
                self._watch(v)
        elif not isinstance(value, tuple):
            self._other.append((value, len(inside)))

    def holds(self) -> bool:
        """Whether nothing has changed."""
        if self._count != changes.count:
            return False
        for container, size in self._other:
            if len(container) != size:
                return False
        for container, inside in self._holding:
            now = container.values() if isinstance(container, dict) else container
            if len(now) != len(inside) or not all(map(is_, now, inside)):
                return False
        return True

    def recall(self, name: str, find: Callable[[], Found]) -> Found:
        """What `find` has found; it is called the first time."""
        if name not in self._found:
            self._found[name] = find()
        return self._found[name]  # type: ignore[no-any-return]

"""Where in a file of weights each object of a model has its place: the paths that Keras 3 gives them.

    layers/dense            the first Dense among the layers of a functional or sequential model
    layers/dense_1          the second
    layers/lstm/cell        the attribute `cell` of a layer
    encoder/blocks/dense    of a subclassed model: the attribute `blocks`, a list, of its attribute `encoder`
    optimizer               the optimizer

Members of lists, tuples and dictionaries are called by their classes, not by their own names: those are often made up
and differ between two instances of one model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from polykeras.graph.names import snake_case


def places(model: Any, objects_to_skip: Collection[Any] = ()) -> list[tuple[str, Any]]:
    """The objects with state in and below `model`, each once, with their paths; the model's own path is ``""``.

    `objects_to_skip` and what is only found inside them are left out.
    """
    found: list[tuple[str, Any]] = []
    seen = {id(o) for o in objects_to_skip}
    _visit_object(model, "", found, seen)
    return found


def _visit_object(obj: Any, path: str, found: list[tuple[str, Any]], seen: set[int]) -> None:
    if id(obj) in seen:
        return
    seen.add(id(obj))
    found.append((path, obj))
    for attribute, value in _attributes(obj):
        _visit(value, f"{path}/{attribute}" if path else attribute, found, seen)


def _visit(value: Any, path: str, found: list[tuple[str, Any]], seen: set[int]) -> None:
    if _kind(value) is not None:
        _visit_object(value, path, found, seen)
    elif isinstance(value, (list, tuple, dict)) and id(value) not in seen:
        if value:  # the empty tuple is one object wherever it stands
            seen.add(id(value))
        counts: dict[str, int] = {}
        for member in list(value.values()) if isinstance(value, dict) else value:
            if _kind(member) is not None:
                name = snake_case(_class_name(type(member)))
            elif isinstance(member, (list, tuple, dict)):
                name = "container"
            else:
                continue
            n = counts[name] = counts.get(name, -1) + 1
            _visit(member, f"{path}/{name}_{n}" if n else f"{path}/{name}", found, seen)


def _attributes(obj: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds beyond what every object of its kind has: public names first, each by the alphabet."""
    ordinary = _ordinary_attributes(_kind(obj))
    if getattr(obj, "_graph", None) is not None or hasattr(obj, "_stack"):
        yield "layers", obj.layers  # of a model with a graph: they come first, whatever else refers to them
    for name in sorted(dir(obj), key=lambda n: (n.startswith("_"), n)):
        if not name.startswith("__") and name not in ordinary:
            try:
                value = getattr(obj, name)
            except Exception:  # a property that has no value yet
                continue
            yield name, value


def _class_name(cls: type) -> str:
    return vars(cls).get("_class_in_files", cls.__name__)


def _kind(value: Any) -> type | None:
    """The base class of an object that may have state, or hold objects that have."""
    return next((kind for kind in _kinds() if isinstance(value, kind)), None)


@cache
def _kinds() -> tuple[type, ...]:
    """The base classes, models before the layers that they are too."""
    return tuple(getattr(import_module(f"polykeras.{module}"), name) for module, name in _KINDS)


_KINDS = (
    ("models.model", "Model"),
    ("layers.layer", "Layer"),
    ("optimizers.optimizer", "Optimizer"),
    ("metrics.metric", "Metric"),
    ("losses.loss", "Loss"),
)


@cache
def _ordinary_attributes(kind: Any) -> frozenset[str]:
    """The names of the attributes of a plain object of this kind; walking them would find the same things again."""
    arguments = {"learning_rate": 0.0} if kind.__name__ == "Optimizer" else {}
    names = frozenset(dir(kind(**arguments, name="plain")))
    return names - {"layers", "optimizer"} if kind.__name__ == "Model" else names

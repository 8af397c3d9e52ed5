"""What a model consists of: its layers, and what each of them is connected to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, PolykerasError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import FunctionCall, OpCall


class Structure:
    """The layers of a model in order, ops on symbolic tensors among them, with the nodes that belong to the model.

    Args:
        model: the model.
        layer_range: two names or regular expressions: the layers from the first that the one fits to the last that the
            other fits are kept.
    """

    def __init__(self, model: Any, layer_range: Sequence[str] | None = None) -> None:
        self.model = model
        graph = model._graph
        self._inner: list[Node] = [] if graph is None else graph.nodes
        self.branched = any(len(node.inputs) != 1 for node in self._inner) or (
            len({id(node.operation) for node in self._inner}) < len(self._inner)
        )
        self._nodes: dict[int, list[Node]] = {}
        starts = [] if graph is None else [x.node for x in graph.input_leaves if x.node is not None]
        for node in [*starts, *self._inner]:
            self._nodes.setdefault(id(node.operation), []).append(node)
        self._starts = {id(node) for node in starts}
        layers = list(model._operations or model.layers)
        self._members = {id(layer) for layer in layers}
        self.layers = layers if layer_range is None else _within(layers, layer_range, model.name)

    def sources(self, layer: Any) -> list[tuple[KerasTensor, int]]:
        """What other layers give to the layer, in all the calls of it that belong to the model; and as which input."""
        nodes = [node for node in self._nodes.get(id(layer), []) if id(node) not in self._starts]
        given = [(x, place) for node in nodes for place, x in enumerate(node.inputs)]
        return [(x, place) for x, place in given if id(x.node and x.node.operation) in self._members]

    def call_names(self, layer: Any) -> list[str]:
        """`sources` in words: ``dense``; ``dense[1]`` for its second call in the model; ``lstm[0][1]`` its second output."""
        return [self._call_name(x) for x, _ in self.sources(layer)]

    def _call_name(self, x: Any) -> str:
        nodes = self._nodes.get(id(x.node.operation), [x.node])
        several_outputs = any(len(node.output_leaves) > 1 for node in nodes)
        name = str(x.node.operation.name)
        if len(nodes) > 1 or several_outputs:
            name += f"[{next(i for i, node in enumerate(nodes) if node is x.node)}]"
        return f"{name}[{x.index}]" if several_outputs else name

    def input_shapes(self, layer: Any) -> list[tuple[Any, ...]]:
        """The shapes of what the layer is called on; those of several calls only where they differ."""
        nodes = [node for node in self._nodes.get(id(layer), []) if node.inputs]
        if nodes:
            return _of_calls([[tuple(x.shape) for x in node.inputs] for node in nodes])
        return _shapes_in(getattr(layer, "_build_shapes", None))

    def output_shapes(self, layer: Any) -> list[tuple[Any, ...]]:
        """The shapes of what comes out, of several calls only where they differ; empty if they are not known."""
        nodes = self._nodes.get(id(layer)) or getattr(layer, "_inbound_nodes", [])[:1]
        if nodes:
            return _of_calls([[tuple(y.shape) for y in node.output_leaves] for node in nodes])
        return _computed_output_shapes(layer)

    def output_dtypes(self, layer: Any) -> list[str]:
        """The dtypes of what comes out, each once; empty if they are not known."""
        return list(dict.fromkeys(str(y.dtype) for node in self._nodes.get(id(layer), []) for y in node.output_leaves))


def kind(layer: Any) -> str:
    """The class of a layer; ``op`` for an op that was called on symbolic tensors."""
    return "op" if isinstance(layer, (OpCall, FunctionCall)) else type(layer).__name__


def is_trainable(layer: Any) -> bool | None:
    """Whether any weight of the layer is trained; None if it has no weights."""
    weights = getattr(layer, "weights", None)
    return bool(layer.trainable_weights) if weights else None


def has_layers(layer: Any) -> bool:
    """Whether it is a model inside a model."""
    from polykeras.models.model import Model

    return isinstance(layer, Model) and bool(layer._operations or layer.layers)


def _of_calls(shapes: list[list[Any]]) -> list[Any]:
    """The shapes of several calls in a row, without those of calls like an earlier one."""
    return [shape for call in dict.fromkeys(map(tuple, shapes)) for shape in call]


def _shapes_in(structure: Any) -> list[tuple[Any, ...]]:
    """The shapes in a structure of shapes."""
    if isinstance(structure, dict):
        return [shape for value in structure.values() for shape in _shapes_in(value)]
    if not isinstance(structure, (list, tuple)):
        return []
    if all(size is None or isinstance(size, int) for size in structure):
        return [tuple(structure)]
    return [shape for value in structure for shape in _shapes_in(value)]


def _computed_output_shapes(layer: Any) -> list[tuple[Any, ...]]:
    """The shapes for what the layer was built for, as far as it can tell."""
    shapes = getattr(layer, "_build_shapes", None)
    if shapes is None:
        return []
    try:
        return _shapes_in(layer.compute_output_shape(shapes))
    except (PolykerasError, TypeError):  # a `call` that takes more than its first argument
        return []


def _within(layers: list[Any], layer_range: Sequence[str], model: str) -> list[Any]:
    if isinstance(layer_range, str) or len(layer_range) != 2 or not all(isinstance(n, str) for n in layer_range):
        raise ArgumentError(f"layer_range must be two names or regular expressions, got {layer_range!r}.")
    places = []
    for pattern in layer_range:
        fits = [i for i, layer in enumerate(layers) if layer.name == pattern or re.match(pattern, layer.name)]
        if not fits:
            names = [layer.name for layer in layers]
            raise ArgumentError(f"layer_range: the model {model!r} has no layer that fits {pattern!r}; it has {names}.")
        places.append(fits)
    return layers[places[0][0] : places[1][-1] + 1]

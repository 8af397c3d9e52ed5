"""Models made from a graph of symbolic tensors."""

from __future__ import annotations

import inspect
from typing import Any

from polykeras import masking, tree
from polykeras.errors import ArgumentError, ShapeError
from polykeras.graph.function import GraphFunction
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.models.model import Model
from polykeras.typing import Tensor


class Functional(Model):
    """``Model(inputs, outputs)``: the layers between the inputs and the outputs, called as the graph says.

    Inputs and outputs may be single symbolic tensors, lists, or dictionaries. The model can be called again, on tensors
    or symbolic tensors, and be a layer of another model.
    """

    def get_config(self) -> dict[str, Any]:
        """The graph, in the form that Keras 3 writes; of a subclass with arguments of its own, what the subclass says."""
        if not _is_made_of_a_graph(type(self)):
            return super().get_config()
        from polykeras.models.functional_config import config_of_graph

        return config_of_graph(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The model that `get_config` described, with new weights."""
        if "layers" not in config or not _is_made_of_a_graph(cls):
            return super().from_config(config)
        from polykeras.models.functional_config import graph_of_config

        inputs, outputs = graph_of_config(config)
        model = cls(inputs, outputs, name=config.get("name"))
        if not config.get("trainable", True):
            model.trainable = False
        return model


def _is_made_of_a_graph(cls: Any) -> bool:
    """Whether the class is called as `Functional` is: with inputs and outputs."""
    constructor = cls.__init__
    return constructor is Model.__init__ or {"inputs", "outputs"} <= set(inspect.signature(constructor).parameters)


def set_graph(model: Model, inputs: Any, outputs: Any) -> None:
    """Make `model` run the graph between `inputs` and `outputs`."""
    for x in tree.flatten([inputs, outputs]):
        if not isinstance(x, KerasTensor):
            raise ArgumentError(
                f"Model {model.name!r}: inputs and outputs must be symbolic tensors, as polykeras.Input() and layers "
                f"called on them give; got {type(x).__name__}."
            )
    leaves = tree.flatten(inputs)
    for i, x in enumerate(leaves):
        if any(x is other for other in leaves[:i]):
            raise ArgumentError(f"Model {model.name!r}: the input {x.name!r} is given twice.")
    model._graph = GraphFunction(inputs, outputs)
    model._operations = _by_depth(model._graph)
    names = [op.name for op in model._operations]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ArgumentError(
            f"Model {model.name!r}: layer names must be unique, {', '.join(map(repr, twice))} stand for several."
        )
    model.built = True
    model._build_shapes = tree.map_structure(lambda x: list(x.shape), inputs)
    with_weights = [v for op in model._operations for v in getattr(op, "weights", ())]
    model._backend = with_weights[0].backend if with_weights else None


def _by_depth(graph: GraphFunction) -> list[Any]:
    """The operations, furthest from the outputs first, each once; equals in the order in which they are reached."""
    depth: dict[int, int] = {}
    for node in reversed(graph.nodes):
        here = depth.setdefault(id(node), 0)
        for x in node.inputs:
            if x.node is not None:
                depth[id(x.node)] = max(depth.get(id(x.node), 0), here + 1)
    nodes: list[Node] = [x.node for x in graph.input_leaves if x.node is not None] + graph.nodes
    deepest: dict[int, tuple[int, Any]] = {}
    for node in nodes:
        old = deepest.get(id(node.operation), (-1, None))[0]
        deepest[id(node.operation)] = (max(old, depth.get(id(node), 0)), node.operation)
    return [operation for _, operation in sorted(deepest.values(), key=lambda pair: -pair[0])]


def run_graph(model: Model, inputs: Any, mask: Any = None) -> Any:
    """The outputs of the model's graph for `inputs` in any of the accepted forms."""
    graph = model._graph
    leaves = flat_inputs(model, inputs)
    if mask is not None:
        for x, m in zip(leaves, tree.flatten(mask), strict=False):
            masking.set_mask(x, m)
    checked = [_checked(model, x, value) for x, value in zip(graph.input_leaves, leaves, strict=True)]
    return graph(checked)


def flat_inputs(model: Model, inputs: Any) -> list[Any]:
    """The values of the model's inputs in the graph's order; a dictionary names them, and may hold more."""
    graph = model._graph
    if isinstance(inputs, dict):
        by_key = isinstance(graph.inputs, dict)
        names = sorted(graph.inputs) if by_key else [x.name for x in graph.input_leaves]
        missing = [name for name in names if name not in inputs]
        if missing:
            raise ArgumentError(
                f"Model {model.name!r}: the input(s) {missing} are missing; got {sorted(inputs)}, wanted {names}."
            )
        inputs = {name: inputs[name] for name in names} if by_key else [inputs[name] for name in names]
    leaves = tree.flatten(inputs)
    if len(leaves) != len(graph.input_leaves):
        raise ArgumentError(
            f"Model {model.name!r} has {len(graph.input_leaves)} input(s) {[x.name for x in graph.input_leaves]}, "
            f"got {len(leaves)}."
        )
    return leaves


def _checked(model: Model, symbolic: KerasTensor, value: Tensor) -> Tensor:
    """`value` if its shape fits the input; with a last axis of size 1 added if only that is missing."""
    shape, wanted = tuple(value.shape), symbolic.shape
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        from polykeras import ops

        return ops.expand_dims(value, -1)
    if len(shape) != len(wanted) or any(None not in (a, b) and a != b for a, b in zip(shape, wanted, strict=True)):
        raise ShapeError(f"Model {model.name!r}: the input {symbolic.name!r} expects shape {wanted}, got {shape}.")
    return value

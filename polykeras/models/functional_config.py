"""Functional models as configurations, and back, in the form that Keras 3 writes.

    {"name": ..., "trainable": ..., "layers": [{..., "name": ..., "inbound_nodes": [{"args": [...], "kwargs": {...}}]}],
     "input_layers": ..., "output_layers": ...}

A symbolic tensor is told by its history: the name of the operation that made it, which of this operation's calls it was,
and which of the call's results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import saving, tree
from polykeras.errors import ArgumentError
from polykeras.graph import op_nodes
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import FunctionCall, OpCall

_TENSOR = "__keras_tensor__"


def config_of_graph(model: Any) -> dict[str, Any]:
    """The operations of the model's graph, how they call each other, and where it begins and ends.

    Raises `ArgumentError` for an operation that is known only as Python code: a loop over symbolic tensors.
    """
    graph = model._graph
    nodes = [x.node for x in graph.input_leaves] + graph.nodes
    calls: dict[int, list[Node]] = {id(op): [] for op in model._operations}
    for node in nodes:
        calls[id(node.operation)].append(node)
    for made in calls.values():  # in the order in which they were made
        made.sort(key=lambda node: node.operation._inbound_nodes.index(node))
    place = {id(node): i for made in calls.values() for i, node in enumerate(made)}

    def history(x: KerasTensor) -> list[Any]:
        return [x.node.operation.name, place[id(x.node)], x.index]  # type: ignore[union-attr]

    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": [_described(op, calls[id(op)], history) for op in model._operations],
        "input_layers": tree.map_structure(history, graph.inputs),
        "output_layers": tree.map_structure(history, graph.outputs),
    }


def _described(operation: Any, calls: list[Node], history: Callable[[KerasTensor], list[Any]]) -> dict[str, Any]:
    if isinstance(operation, FunctionCall):
        raise ArgumentError(
            f"The operation {operation.name!r} is Python code called on symbolic tensors and cannot be saved: make it a "
            "Layer with get_config()."
        )

    def written(value: Any) -> Any:
        if isinstance(value, KerasTensor):
            config = {"shape": list(value.shape), "dtype": value.dtype, "keras_history": history(value)}
            return {"class_name": _TENSOR, "config": config}
        if isinstance(value, (list, tuple)):
            return [written(v) for v in value]
        if isinstance(value, dict):
            return {k: written(v) for k, v in value.items()}
        return saving.serialize_keras_object(value)

    inbound: list[dict[str, Any]] = []
    if isinstance(operation, OpCall):
        (call,) = calls
        args, rest = op_nodes.split_arguments(operation.op, call.args)
        name = op_nodes.class_name(operation.op)
        described = {
            "module": op_nodes.module_of(operation.op),
            "class_name": name,
            "config": {"name": operation.name} | saving.serialize_keras_object(rest),
            "registered_name": name,
        }
        inbound.append({"args": written(args), "kwargs": {}})
    else:
        described = saving.serialize_keras_object(operation)
        inbound.extend({"args": written(n.args), "kwargs": written(n.kwargs)} for n in calls if n.inputs)
    return described | {"name": operation.name, "inbound_nodes": inbound}


def graph_of_config(config: dict[str, Any]) -> tuple[Any, Any]:
    """The symbolic inputs and outputs of the graph that `config_of_graph` described, of new operations.

    Raises `ArgumentError`, naming the operations, if calls are left that need something that nothing makes.
    """
    operations: dict[str, Any] = {}
    made: dict[tuple[str, int], list[KerasTensor]] = {}
    pending: list[tuple[str, int, Any]] = []
    for described in config["layers"]:
        name = described.get("name") or described["config"]["name"]
        if op_nodes.is_op_class(described):
            operations[name] = _SavedOp(described)
        else:
            operations[name] = operation = saving.deserialize_keras_object(described)
            if not described["inbound_nodes"]:
                made[name, 0] = operation._inbound_nodes[0].output_leaves
        pending.extend((name, i, call) for i, call in enumerate(described["inbound_nodes"]))

    def missing(call: Any) -> list[str]:
        return [h[0] for h in _histories(call) if (h[0], h[1]) not in made]

    while pending:
        ready = [item for item in pending if not missing(item[2])]
        if not ready:
            stuck = {name: sorted(set(missing(call))) for name, _, call in pending}
            raise ArgumentError(f"The graph of {config.get('name')!r} is disconnected: these wait for others: {stuck}.")
        for name, i, call in ready:
            args, kwargs = _read(call["args"], made), _read(call["kwargs"], made)
            outputs = operations[name](*args, **kwargs)
            made[name, i] = [y for y in tree.flatten(outputs) if isinstance(y, KerasTensor)]
        done = {(name, i) for name, i, _ in ready}
        pending = [item for item in pending if item[:2] not in done]
    return _ends(config["input_layers"], made), _ends(config["output_layers"], made)


class _SavedOp:
    """An op as it was saved: called on tensors, it makes the node that it was."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.op = op_nodes.op_of_class(described["class_name"])
        self.config = saving.deserialize_keras_object(described["config"])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        outputs = op_nodes.call_op(self.op, self.config, args, kwargs)
        for y in tree.flatten(outputs):
            if isinstance(y, KerasTensor) and y.node is not None:
                y.node.operation.name = self.config.get("name", y.node.operation.name)
        return outputs


def _histories(value: Any) -> list[list[Any]]:
    """Where the symbolic tensors among the saved arguments come from."""
    if isinstance(value, dict):
        if value.get("class_name") == _TENSOR:
            return [value["config"]["keras_history"]]
        value = list(value.values())
    return [h for v in value for h in _histories(v)] if isinstance(value, (list, tuple)) else []


def _read(value: Any, made: dict[tuple[str, int], list[KerasTensor]]) -> Any:
    """Saved arguments, the symbolic tensors among them being those that were made again."""
    if isinstance(value, dict):
        if value.get("class_name") == _TENSOR:
            name, call, index = value["config"]["keras_history"]
            return made[name, call][index]
        if "class_name" not in value:
            return {k: _read(v, made) for k, v in value.items()}
        return saving.deserialize_keras_object(value)
    if isinstance(value, (list, tuple)):
        return [_read(v, made) for v in value]
    return saving.deserialize_keras_object(value)


def _ends(value: Any, made: dict[tuple[str, int], list[KerasTensor]]) -> Any:
    """The structure of inputs or outputs, each given by its history."""
    if isinstance(value, dict):
        return {k: _ends(v, made) for k, v in value.items()}
    if len(value) == 3 and isinstance(value[0], str) and all(isinstance(v, int) for v in value[1:]):
        return made[value[0], value[1]][value[2]]
    return [_ends(v, made) for v in value]

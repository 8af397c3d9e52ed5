"""Running a graph: from the values of some symbolic tensors to the values of others."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node


def nodes_between(inputs: list[KerasTensor], outputs: list[KerasTensor]) -> list[Node]:
    """The nodes that lead from `inputs` to `outputs`, each after those that it needs.

    Raises `ArgumentError`, naming the layer and the input, if an output needs something that is not among the inputs.
    """
    known = {id(x) for x in inputs}
    order: list[Node] = []
    done: set[int] = set()
    for output in outputs:
        stack: list[tuple[KerasTensor, bool]] = [(output, False)]
        while stack:
            x, expanded = stack.pop()
            if id(x) in known or id(x.node) in done:
                continue
            if x.node is None or not x.node.inputs:
                user = output.node.operation.name if output.node is not None else output.name
                raise ArgumentError(
                    f"The graph is disconnected: the output of {user!r} needs {x.name!r}, of shape {x.shape}, which is "
                    f"not among the model's inputs {[i.name for i in inputs]}."
                )
            if expanded:
                done.add(id(x.node))
                order.append(x.node)
            else:
                stack.append((x, True))
                stack.extend((y, False) for y in reversed(x.node.inputs))
    return order


class GraphFunction:
    """Callable that runs the nodes between two structures of symbolic tensors."""

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs, self.outputs = inputs, outputs
        self.input_leaves = tree.flatten(inputs)
        self.output_leaves, self.output_treedef = tree.flatten_with_treedef(outputs)
        self.nodes = nodes_between(self.input_leaves, self.output_leaves)

    def __call__(self, leaves: list[Any]) -> Any:
        """The outputs for these values of the flat inputs."""
        values = {id(x): v for x, v in zip(self.input_leaves, leaves, strict=True)}
        for node in self.nodes:
            result = node.call_with(values)
            if len(node.output_leaves) == 1 and not isinstance(result, (list, tuple, dict)):
                values[id(node.output_leaves[0])] = result
            else:
                for symbolic, value in zip(node.output_leaves, tree.flatten(result), strict=True):
                    values[id(symbolic)] = value
        return tree.unflatten(self.output_treedef, [values[id(y)] for y in self.output_leaves])

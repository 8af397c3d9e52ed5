"""Running a graph: from the values of some symbolic tensors to the values of others."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError, ShapeError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation


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


class Function(Operation):
    """The computation between symbolic tensors, without layers' state of its own: a graph that can be called.

    Args:
        inputs: a symbolic tensor, or a structure of them.
        outputs: a symbolic tensor, or a structure of them, computed from the inputs.
        name: by default made from the class's name.

    Raises `ArgumentError` if something else is needed to compute the outputs.

    >>> from polykeras import KerasTensor, ops
    >>> x = KerasTensor((None, 2))
    >>> Function(x, ops.sum(x, axis=1))(ops.ones((3, 2))).shape
    (3,)
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name)
        self.inputs, self.outputs = inputs, outputs
        self._graph = GraphFunction(inputs, outputs)

    def __call__(self, inputs: Any) -> Any:
        """The outputs for these inputs, nested like the symbolic ones; on symbolic tensors the graph is joined to theirs."""
        return self.call(inputs)

    def call(self, inputs: Any) -> Any:
        """The outputs for these inputs."""
        leaves = tree.flatten(inputs)
        wanted = self._graph.input_leaves
        if len(leaves) != len(wanted):
            raise ArgumentError(f"Function {self.name!r} has {len(wanted)} input(s), got {len(leaves)}.")
        for symbolic, x in zip(wanted, leaves, strict=True):
            shape = tuple(x.shape) if hasattr(x, "shape") else ()
            same_rank = len(shape) == len(symbolic.shape)
            if not same_rank or any(None not in (a, b) and a != b for a, b in zip(shape, symbolic.shape, strict=True)):
                raise ShapeError(
                    f"Function {self.name!r}: the input {symbolic.name!r} expects shape {symbolic.shape}, got {shape}."
                )
        return self._graph(leaves)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs for these shapes of the inputs."""
        shapes = [input_shape] if len(self._graph.input_leaves) == 1 else list(input_shape)
        given = [KerasTensor(shape, x.dtype) for shape, x in zip(shapes, self._graph.input_leaves, strict=True)]
        spec = self.compute_output_spec(given)
        return tuple(spec.shape) if hasattr(spec, "shape") else tree.map_structure(lambda y: tuple(y.shape), spec)

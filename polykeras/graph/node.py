"""`Node`: one call of an operation on symbolic tensors."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.graph.keras_tensor import KerasTensor


class Node:
    """The operation, what it was called with, and the symbolic tensors that came out."""

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.outputs = outputs
        self.leaves, self.treedef = tree.flatten_with_treedef((args, kwargs))
        self.inputs = [x for x in self.leaves if isinstance(x, KerasTensor)]
        self.output_leaves = [y for y in tree.flatten(outputs) if isinstance(y, KerasTensor)]
        for i, y in enumerate(self.output_leaves):
            y.node, y.index = self, i
        operation._inbound_nodes.append(self)
        self._tell_sources()

    def _tell_sources(self) -> None:
        """Tell the operations that made the inputs of this call of another one."""
        # In the middle of copying a graph, an input may be there before what it comes from.
        sources: dict[int, Any] = {id(node): node for node in (getattr(x, "node", None) for x in self.inputs)}
        for source in sources.values():
            if hasattr(source, "operation"):
                source.operation._outbound_nodes.add(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._tell_sources()

    def arguments_with(self, values: dict[int, Any]) -> Any:
        """The arguments ``args, kwargs`` of the call, symbolic tensors replaced by the values under their ids."""
        return tree.unflatten(self.treedef, [values[id(x)] if isinstance(x, KerasTensor) else x for x in self.leaves])

    def call_with(self, values: dict[int, Any]) -> Any:
        """Call the operation again, symbolic tensors replaced by the values under their ids."""
        args, kwargs = self.arguments_with(values)
        return self.operation(*args, **kwargs)

    def structure(self, which: str) -> Any:
        """The ``inputs`` or ``outputs``: a tensor if there is one, else a list or the structure that came out."""
        if which == "outputs":
            return self.outputs
        return self.inputs[0] if len(self.inputs) == 1 else list(self.inputs)

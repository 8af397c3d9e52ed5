"""The nodes of a layer: each call on symbolic tensors makes one, numbered from 0, as Keras 1 shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import masking
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node as GraphNode
from polykeras.graph.weak_nodes import WeakNodes


class Node:
    """One call of a layer on symbolic tensors: the layers and tensors that it connects.

    Attributes:
        outbound_layer: the layer that was called.
        input_tensors, output_tensors: what it was called on and what came out; an input is its own source.
        input_shapes, output_shapes: their shapes, None where a size is not known.
        inbound_layers, node_indices, tensor_indices: for each input, the layer that made it, in which of its calls, and as
            which of the outputs.
    """

    def __init__(self, node: GraphNode) -> None:
        self._node = node
        self.outbound_layer = node.operation
        self.output_tensors = list(node.output_leaves)
        self.input_tensors = list(node.inputs) or self.output_tensors
        self.input_shapes = [x.shape for x in self.input_tensors]
        self.output_shapes = [x.shape for x in self.output_tensors]
        sources = [x.node for x in node.inputs if x.node is not None]
        self.inbound_layers = [source.operation for source in sources]
        self.node_indices = [position_of(source) for source in sources]
        self.tensor_indices = [x.index for x in node.inputs]

    @property
    def input_masks(self) -> list[Any]:
        """The symbolic mask of each input, or None."""
        return [mask_of(x) for x in self.input_tensors]

    @property
    def output_masks(self) -> list[Any]:
        """The symbolic mask of each output, or None."""
        return [mask_of(x) for x in self.output_tensors]

    @classmethod
    def create_node(
        cls, outbound_layer: Any, inbound_layers: Any, node_indices: Any = None, tensor_indices: Any = None
    ) -> Node:
        """Call the layer on the outputs of these layers."""
        zeros = [0] * len(inbound_layers)
        tensors = [
            layer.inbound_nodes[n].output_tensors[t]
            for layer, n, t in zip(inbound_layers, node_indices or zeros, tensor_indices or zeros, strict=True)
        ]
        outbound_layer(tensors[0] if len(tensors) == 1 else tensors)
        found: Node = outbound_layer.inbound_nodes[-1]
        return found

    def get_config(self) -> dict[str, Any]:
        """The names of the layers and the positions of the tensors."""
        return {
            "outbound_layer": self.outbound_layer.name,
            "inbound_layers": [layer.name for layer in self.inbound_layers],
            "node_indices": self.node_indices,
            "tensor_indices": self.tensor_indices,
        }


def position_of(node: GraphNode) -> int:
    """Which of its operation's calls the node is."""
    return next(i for i, n in enumerate(node.operation._inbound_nodes) if n is node)


def mask_of(x: KerasTensor) -> Any:
    """The mask that symbolic tensor `x` was given, or that the layer it comes from makes of the masks of its inputs."""
    given = masking.get_mask(x)
    node = x.node
    if given is not None or node is None or not node.inputs or not getattr(node.operation, "supports_masking", False):
        return given
    masks = [mask_of(y) for y in node.inputs]
    one = len(masks) == 1
    made = node.operation.compute_mask(node.inputs[0] if one else node.inputs, masks[0] if one else masks)
    return made[x.index] if isinstance(made, (list, tuple)) else made


def _alike(values: list[Any]) -> bool:
    return all(v == values[0] for v in values)


class _OfOnlyNode:
    """An attribute that all calls of a layer agree on; a layer may have one of its own by the same name."""

    def __init__(self, what: str, read: str, doc: str, alike: Callable[[list[Any]], bool]) -> None:
        self.what, self.read, self.__doc__, self.alike = what, read, doc, alike

    def __get__(self, layer: Any, owner: type) -> Any:
        if layer is None:
            return self
        nodes = layer.inbound_nodes
        if not nodes:
            raise AttributeError(
                f"Layer {layer.name!r} was not called on a symbolic tensor yet, so its {self.what} is not known."
            )
        values = [getattr(node, self.read) for node in nodes]
        if not self.alike(values):
            raise AttributeError(
                f"Layer {layer.name!r} was called {len(nodes)} times and has as many nodes, so which {self.what} is meant is "
                f"not clear. Use get_{self.what}_at(node_index), with an index from 0 to {len(nodes) - 1}."
            )
        return _single(values[0])


def only_node(what: str, doc: str) -> Any:
    """The descriptor of ``layer.WHAT``, `input_shape` say: shapes may be those of several calls that agree."""
    alike = _alike if what.endswith("_shape") else (lambda values: len(values) == 1)
    read = {"input": "input_tensors", "output": "output_tensors"}.get(what, what + "s")
    return _OfOnlyNode(what, read, doc, alike)


class LayerNodes:
    """Mixin: the nodes of a layer, and what they connect."""

    name: str
    _inbound_nodes: list[GraphNode]
    _outbound_nodes: WeakNodes

    @property
    def inbound_nodes(self) -> list[Node]:
        """The calls of the layer."""
        return [Node(n) for n in self._inbound_nodes]

    @property
    def outbound_nodes(self) -> list[Node]:
        """The calls of other layers on this one's outputs, as far as these layers are still there."""
        return [Node(n) for n in self._outbound_nodes]

    def add_inbound_node(self, inbound_layers: Any, node_indices: Any = None, tensor_indices: Any = None) -> None:
        """Call the layer on the outputs of these layers."""
        layers = inbound_layers if isinstance(inbound_layers, (list, tuple)) else [inbound_layers]
        Node.create_node(self, layers, node_indices, tensor_indices)

    def _of_node(self, index: int, what: str) -> Any:
        nodes = self.inbound_nodes
        if not nodes:
            raise ArgumentError(f"Layer {self.name!r} was not called on a symbolic tensor yet.")
        if not -len(nodes) <= index < len(nodes):
            raise ArgumentError(f"Layer {self.name!r} was called {len(nodes)} times, there is no node {index}.")
        return _single(getattr(nodes[index], what))

    def get_input_at(self, node_index: int) -> Any:
        """The input of one call, or a list."""
        return self._of_node(node_index, "input_tensors")

    def get_output_at(self, node_index: int) -> Any:
        """The output of one call, or a list."""
        return self._of_node(node_index, "output_tensors")

    def get_input_shape_at(self, node_index: int) -> Any:
        """The shape of one call's input, or a list."""
        return self._of_node(node_index, "input_shapes")

    def get_output_shape_at(self, node_index: int) -> Any:
        """The shape of one call's output, or a list."""
        return self._of_node(node_index, "output_shapes")

    def get_input_mask_at(self, node_index: int) -> Any:
        """The mask of one call's input, or a list."""
        return self._of_node(node_index, "input_masks")

    def get_output_mask_at(self, node_index: int) -> Any:
        """The mask of one call's output, or a list."""
        return self._of_node(node_index, "output_masks")

    input_shape = only_node("input_shape", "The shape of the input, where all calls agree; else an `AttributeError`.")
    output_shape = only_node(
        "output_shape", "The shape of the output, where all calls agree; else an `AttributeError`."
    )
    input_mask = only_node("input_mask", "The mask of the input of the only call; else an `AttributeError`.")
    output_mask = only_node("output_mask", "The mask of the output of the only call; else an `AttributeError`.")


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values

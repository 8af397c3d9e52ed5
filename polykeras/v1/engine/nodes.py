"""The nodes that calls of a layer leave behind, as Keras 1 shows them."""

from __future__ import annotations

from typing import Any

from polykeras import masking, tree
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node as GraphNode


class Node:
    """One call of a layer on symbolic tensors: the layers and tensors that it connects."""

    def __init__(self, node: GraphNode) -> None:
        self._node = node
        self.outbound_layer = node.operation
        self.input_tensors, self.output_tensors = list(node.inputs), list(node.output_leaves)
        if not self.input_tensors:  # of an input: it is its own source
            self.input_tensors = list(node.output_leaves)
        self.input_shapes = [x.shape for x in self.input_tensors]
        self.output_shapes = [x.shape for x in self.output_tensors]
        self.input_masks = [masking.get_mask(x) for x in self.input_tensors]
        self.output_masks = [masking.get_mask(x) for x in self.output_tensors]
        sources = [x.node for x in node.inputs if x.node is not None]
        self.inbound_layers = [source.operation for source in sources]
        self.node_indices = [position_of(source) for source in sources]
        self.tensor_indices = [x.index for x in node.inputs]

    @classmethod
    def create_node(
        cls, outbound_layer: Any, inbound_layers: Any, node_indices: Any = None, tensor_indices: Any = None
    ) -> Node:
        """Call the layer on the outputs of these layers."""
        tensors = [
            layer.inbound_nodes[n].output_tensors[t]
            for layer, n, t in zip(
                inbound_layers,
                node_indices or [0] * len(inbound_layers),
                tensor_indices or [0] * len(inbound_layers),
                strict=True,
            )
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


def get_source_inputs(tensor: Any, layer: Any = None, node_index: int | None = None) -> list[KerasTensor]:
    """The inputs that a symbolic tensor, or the output of a layer's call, depends on."""
    from polykeras.v1.backend.evaluation import placeholders_of

    if layer is not None:
        tensor = layer.get_output_at(node_index or 0)
    return placeholders_of(tree.flatten(tensor))


class LayerNodes:
    """Mixin: the nodes of a layer, and what they connect."""

    name: str
    _inbound_nodes: list[GraphNode]

    @property
    def inbound_nodes(self) -> list[Node]:
        """The calls of the layer."""
        return [Node(n) for n in self._inbound_nodes]

    @property
    def outbound_nodes(self) -> list[Node]:
        """The calls of other layers on this one's outputs."""
        return [Node(n) for n in vars(self).get("_outbound", ())]

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
        values = getattr(nodes[index], what)
        return values[0] if len(values) == 1 else values

    def _of_only_node(self, what: str) -> Any:
        if len(self._inbound_nodes) != 1:
            raise AttributeError(
                f"Layer {self.name!r} has {len(self._inbound_nodes)} inbound nodes, so which {what} is meant is not "
                "clear. Use get_input_at(node_index), get_output_at(node_index) and the like."
            )
        return self._of_node(0, what)

    def get_input_at(self, node_index: int) -> Any:
        """The input of one call."""
        return self._of_node(node_index, "input_tensors")

    def get_output_at(self, node_index: int) -> Any:
        """The output of one call."""
        return self._of_node(node_index, "output_tensors")

    def get_input_shape_at(self, node_index: int) -> Any:
        """The shape of one call's input."""
        return self._of_node(node_index, "input_shapes")

    def get_output_shape_at(self, node_index: int) -> Any:
        """The shape of one call's output."""
        return self._of_node(node_index, "output_shapes")

    def get_input_mask_at(self, node_index: int) -> Any:
        """The mask of one call's input."""
        return self._of_node(node_index, "input_masks")

    def get_output_mask_at(self, node_index: int) -> Any:
        """The mask of one call's output."""
        return self._of_node(node_index, "output_masks")

    input = property(lambda self: self._of_only_node("input_tensors"), doc="The input of the only call.")
    output = property(lambda self: self._of_only_node("output_tensors"), doc="The output of the only call.")
    input_shape = property(lambda self: self._of_only_node("input_shapes"), doc="The input's shape.")
    output_shape = property(lambda self: self._of_only_node("output_shapes"), doc="The output's shape.")
    input_mask = property(lambda self: self._of_only_node("input_masks"), doc="The input's mask.")
    output_mask = property(lambda self: self._of_only_node("output_masks"), doc="The output's mask.")

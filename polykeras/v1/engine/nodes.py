"""The nodes that calls of a layer leave behind."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.legacy.layer_nodes import LayerNodes as ModernLayerNodes
from polykeras.legacy.layer_nodes import Node as Node
from polykeras.legacy.layer_nodes import only_node
from polykeras.legacy.layer_nodes import position_of as position_of


def get_source_inputs(tensor: Any, layer: Any = None, node_index: int | None = None) -> list[KerasTensor]:
    """The inputs that a symbolic tensor, or the output of a layer's call, depends on."""
    from polykeras.v1.backend.evaluation import placeholders_of

    if layer is not None:
        tensor = layer.get_output_at(node_index or 0)
    return placeholders_of(tree.flatten(tensor))


class LayerNodes(ModernLayerNodes):
    """Mixin: the nodes of a layer, which is asked for its input or output only if there is one of them."""

    input = only_node("input", "The input of the only call; else an `AttributeError`.")
    output = only_node("output", "The output of the only call; else an `AttributeError`.")

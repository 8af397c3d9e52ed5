"""`Container`: a graph of layers that is a layer itself."""

from __future__ import annotations

import json
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.layers.base.losses import LayerLosses
from polykeras.models.functional import Functional, flat_inputs, set_graph
from polykeras.v1 import backend as K
from polykeras.v1.engine import weight_files
from polykeras.v1.engine.base_layer import Layer
from polykeras.v1.engine.nodes import position_of
from polykeras.variable import Variable

_VERSION = "1.2.2"


class Container(Layer, Functional):
    """The layers between inputs and outputs.

    Args:
        input, output: symbolic tensors, or lists of them.
        name: ``container_1`` and so on unless given.
    """

    def __init__(self, input: Any, output: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._connect(input, output)

    def _connect(self, inputs: Any, outputs: Any) -> None:
        set_graph(self, _single(inputs), _single(outputs))

    _graph: Any
    inputs: Any
    outputs: Any

    # ---- what is inside -----------------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Any]:
        """The layers, inputs included, those furthest from the outputs first."""
        return [operation for operation in self._operations if isinstance(operation, LayerLosses)]

    @property
    def weights(self) -> list[Variable]:
        """The weights, layer by layer."""
        found = {id(v): v for layer in self.layers for v in layer.weights}
        return list(found.values())

    @property
    def input(self) -> Any:
        """The symbolic input, or a list."""
        return _single(self.inputs)

    @property
    def output(self) -> Any:
        """The symbolic output, or a list."""
        return _single(self.outputs)

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or a list."""
        return _single([x.shape for x in self.inputs])

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or a list."""
        return _single([x.shape for x in self.outputs])

    @property
    def input_names(self) -> list[str]:
        """The names by which data are given in a dictionary."""
        return [x.name for x in self.inputs]

    @property
    def input_layers(self) -> list[Any]:
        """The layers that make the inputs."""
        return [x.node.operation for x in self.inputs if x.node is not None]

    @property
    def output_layers(self) -> list[Any]:
        """The layers that make the outputs."""
        return [x.node.operation for x in self.outputs]

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps states from batch to batch."""
        return any(getattr(layer, "stateful", False) for layer in self.layers)

    @property
    def regularizers(self) -> list[Any]:
        """The regularizers of the weights."""
        return [v.regularizer for v in self.weights if v.regularizer is not None]

    @property
    def uses_learning_phase(self) -> bool:
        """Whether a layer does something else in training."""
        return any(getattr(layer, "uses_learning_phase", False) for layer in self.layers)

    def reset_states(self) -> None:
        """Set the states of all layers that keep them to zero."""
        for layer in self.layers:
            if getattr(layer, "stateful", False) and hasattr(layer, "reset_states"):
                layer.reset_states()

    # ---- calling ------------------------------------------------------------------------------------------------

    def build(self, input_shape: Any = None) -> None:
        """The layers are built already."""
        self.built = True

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        """Run the graph, on data of the inputs' dtypes."""
        from polykeras import ops

        leaves = [
            x if ops.dtype(x) == symbolic.dtype else ops.cast(x, symbolic.dtype)
            for x, symbolic in zip(flat_inputs(self, inputs), self._graph.input_leaves, strict=True)
        ]
        return Functional.call(self, leaves[0] if len(leaves) == 1 else leaves, training=training, mask=mask)

    def run_internal_graph(self, inputs: Any, masks: Any = None) -> tuple[Any, Any, Any]:
        """``outputs, masks, shapes`` of a new call on these tensors."""
        from polykeras import masking

        outputs = tree.flatten(self(_single(inputs)))
        return outputs, [masking.get_mask(y) for y in outputs], [tuple(y.shape) for y in outputs]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None: the layers inside give their masks to what they make."""
        return None

    # ---- weights ------------------------------------------------------------------------------------------------

    def get_weights(self) -> list[Any]:
        """The values of the weights, layer by layer; with the legacy ordering the trainable ones first."""
        return K.batch_get_value(self._ordered_weights())

    def set_weights(self, weights: Any) -> None:
        """Set the weights, given as `get_weights` gives them."""
        self._assign_all(self._ordered_weights(), list(weights))

    def _ordered_weights(self) -> list[Variable]:
        if K.legacy_weight_ordering():
            return [*self.trainable_weights, *self.non_trainable_weights]
        return self.weights

    def save_weights(self, filepath: str, overwrite: bool = True) -> None:
        """Write the weights into an HDF5 file."""
        weight_files.save(self, filepath, overwrite)

    def load_weights(
        self,
        filepath: str,
        by_name: bool = False,
        original_backend: str | None = None,
        original_dim_ordering: str | None = None,
    ) -> None:
        """Read the weights from an HDF5 file, in the order of the layers or by their names.

        Kernels are turned into the layout of this model. For what a file does not say: `original_backend` is
        ``"theano"`` if Theano made it, whose kernels are flipped; `original_dim_ordering` is the ordering of the images.
        """
        weight_files.load(self, filepath, by_name, original_backend, original_dim_ordering)

    def save_weights_to_hdf5_group(self, f: Any) -> None:
        """Write the weights into a group of an open file."""
        weight_files.write_group(self, f)

    def load_weights_from_hdf5_group(self, f: Any) -> None:
        """Read the weights from a group of an open file."""
        weight_files.read_group(self, f)

    def load_weights_from_hdf5_group_by_name(self, f: Any) -> None:
        """Read the weights of layers whose names are in a group of an open file."""
        weight_files.read_group_by_name(self, f)

    def save(self, filepath: str, overwrite: bool = True) -> None:
        """Write architecture, weights and the state of training into an HDF5 file."""
        from polykeras.v1.models import save_model

        save_model(self, filepath, overwrite)

    # ---- configuration ------------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The layers, how they are connected, inputs and outputs."""
        described = []
        in_graph = {id(node) for node in self._graph.nodes} | {id(x.node) for x in self.inputs}
        for layer in self.layers:
            connections = [
                [_place(x) for x in node.inputs]
                for node in layer._inbound_nodes
                if id(node) in in_graph and node.inputs
            ]
            described.append(
                {
                    "name": layer.name,
                    "class_name": type(layer).__name__,
                    "config": layer.get_config(),
                    "inbound_nodes": connections,
                }
            )
        return {
            "name": self.name,
            "layers": described,
            "input_layers": [_place(x) for x in self.inputs],
            "output_layers": [_place(x) for x in self.outputs],
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The model that `get_config` described, with new weights."""
        from polykeras.v1.utils.layer_utils import layer_from_config

        made: dict[str, Any] = {}
        waiting: list[tuple[Any, Any]] = []
        for spec in config["layers"]:
            layer = layer_from_config(spec, custom_objects)
            made[spec["name"]] = layer
            waiting += [(layer, connection) for connection in spec["inbound_nodes"]]

        def tensor(place: Any) -> Any:
            name, call, index = place
            return made[name]._inbound_nodes[call].output_leaves[index]

        while waiting:
            later = []
            for layer, connection in waiting:
                try:
                    tensors = [tensor(place) for place in connection]
                except IndexError:  # what it needs is not there yet
                    later.append((layer, connection))
                    continue
                layer(tensors[0] if len(tensors) == 1 else tensors)
            if len(later) == len(waiting):
                names = [layer.name for layer, _ in later]
                raise ArgumentError(
                    f"The configuration connects layers in a circle, or to outputs that are missing: {names}."
                )
            waiting = later
        inputs, ends = ([tensor(p) for p in config[key]] for key in ("input_layers", "output_layers"))
        return cls(input=_single(inputs), output=_single(ends), name=config.get("name"))

    def _described(self) -> dict[str, Any]:
        return {"class_name": type(self).__name__, "keras_version": _VERSION, "config": self.get_config()}

    def to_json(self, **kwargs: Any) -> str:
        """The architecture as JSON."""
        return json.dumps(self._described(), **kwargs)

    def to_yaml(self, **kwargs: Any) -> str:
        """The architecture as YAML; JSON is YAML."""
        return self.to_json(**kwargs)

    def summary(self, line_length: int = 100, positions: Any = None) -> None:
        """Print a table of the layers."""
        from polykeras.v1.utils.layer_utils import print_summary

        print_summary(self.layers, None, line_length, positions)


def _single(values: Any) -> Any:
    return values[0] if isinstance(values, (list, tuple)) and len(values) == 1 else values


def _place(x: Any) -> list[Any]:
    return [x.node.operation.name, position_of(x.node), x.index]

"""`Sequential`: layers one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import dtype_policies
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.layers.base.shapes import shapes_of
from polykeras.layers.layer import Layer
from polykeras.models.functional import set_graph
from polykeras.models.model import Model


class Sequential(Model):
    """A plain stack of layers, each with one input and one output.

    With an `Input` (or ``input_shape=`` on the first layer) the layers are built at once; otherwise at the first call.

    Args:
        layers: the layers, or nothing and then `add`.
        trainable: whether optimizers change the variables.
        name: by default made from the class's name.
    """

    def __init__(self, layers: Sequence[Layer] | None = None, trainable: bool = True, name: str | None = None) -> None:
        super().__init__(trainable=trainable, name=name)
        self._stack: list[Layer] = []
        self._input: Any = None
        for layer in layers or ():
            self.add(layer, rebuild=False)
        self._rebuild()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer (or an `Input`) on top of the stack."""
        if isinstance(layer, KerasTensor):
            layer = layer.node.operation if layer.node is not None else layer
        layer = layer.as_model() if hasattr(layer, "as_model") and not self._stack else layer
        if not isinstance(layer, Layer):
            if not callable(layer) or isinstance(layer, KerasTensor):
                raise ArgumentError(f"Sequential {self.name!r}: only layers can be added, got {layer!r}.")
            raise ArgumentError(f"Sequential {self.name!r}: {layer!r} is a function; wrap it in a layer.")
        if any(existing.name == layer.name for existing in self._stack):
            raise ArgumentError(
                f"Sequential {self.name!r}: layer names must be unique, there is a {layer.name!r} already."
            )
        if _is_input(layer):
            if self._stack or self._input is not None:
                raise ArgumentError(f"Sequential {self.name!r}: an Input can only come first, and only once.")
            self._input = layer.output
            return
        declared = getattr(layer, "_declared_input_shape", None)
        if declared is not None and not self._stack and self._input is None:
            self._input = _input_tensor(declared, layer)
        self._stack.append(layer)
        if rebuild:
            self._rebuild()

    def pop(self, rebuild: bool = True) -> Layer | None:
        """Take the last layer off the stack."""
        if not self._stack:
            return None
        layer = self._stack.pop()
        if rebuild:
            self._rebuild()
        return layer

    def _rebuild(self) -> None:
        self._graph = None
        self.built = False
        self._forget_compiled_steps()
        if self._input is not None and self._stack:
            self._run_build(shapes_of(self._input))

    def build(self, input_shape: Any = None) -> None:
        """Build the layers for inputs of this shape, batch first."""
        if input_shape is None and self._input is None:
            raise ArgumentError(f"Sequential {self.name!r}: build needs an input shape, or a first layer that has one.")
        if not self._stack:
            raise ArgumentError(f"Sequential {self.name!r} has no layers: add some before it is built or called.")
        x = first = self._input if self._input is not None else _input_tensor(input_shape, self._stack[0])
        for layer in self._stack:
            x = _output_on(layer, x)
        self._set_stack_graph(first, x)

    def _set_stack_graph(self, first: KerasTensor, last: Any) -> None:
        operations = self._operations
        set_graph(self, first, last)
        self._operations = operations  # the stack already says which layers belong to the model

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The layers, one after the other."""
        x = inputs
        if mask is not None:
            from polykeras import masking

            masking.set_mask(x, mask)
        for layer in self._stack:
            x = layer(x)
        return x

    @property
    def layers(self) -> list[Layer]:
        """The stack, without an `Input`."""
        return list(self._stack)

    def get_config(self) -> dict[str, Any]:
        """Name and layers."""
        from polykeras import saving

        described = [saving.serialize_keras_object(layer) for layer in self._stack]
        if isinstance(self._input, KerasTensor):
            described.insert(0, saving.serialize_keras_object(self._input.node.operation))  # type: ignore[union-attr]
        config = {"name": self.name, "trainable": self.trainable, "dtype": dtype_policies.serialize(self.dtype_policy)}
        config["layers"] = described
        if self.built and self._graph is not None:
            config["build_input_shape"] = self._graph.input_leaves[0].shape
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Sequential:
        """The model that `get_config` described, with new weights."""
        from polykeras import saving

        model = cls(name=config.get("name"))
        if config.get("dtype") is not None:
            model.dtype_policy = dtype_policies.get(config["dtype"])
        for described in config["layers"]:
            model.add(saving.deserialize_keras_object(described), rebuild=False)
        model._rebuild()
        if not model.built and model._stack and config.get("build_input_shape") is not None:
            model.build(tuple(config["build_input_shape"]))
        if not config.get("trainable", True):
            model.trainable = False
        return model


def _is_input(layer: Layer) -> bool:
    from polykeras.layers import InputLayer

    return isinstance(layer, InputLayer)


def _output_on(layer: Layer, x: Any) -> Any:
    """The layer's symbolic output on `x`: of an earlier call, where the stack below has not changed since."""
    for node in layer._inbound_nodes:
        if len(node.inputs) == 1 and node.inputs[0] is x:
            return node.outputs
    return layer(x)


def _input_tensor(shape: Any, first: Any) -> Any:
    from polykeras.layers import Input

    if isinstance(shape, list):  # of a model with several inputs
        return [Input(batch_shape=x.shape, dtype=x.dtype) for x in first.inputs]
    dtype = getattr(first, "input_dtype", None) or first.compute_dtype
    return Input(batch_shape=tuple(shape), dtype=dtype)

"""`clone_model`: the same layers once more, with weights of their own; and models from JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from polykeras import saving, tree
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.layers.layer import Layer
from polykeras.models.functional import Functional
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential
from polykeras.saving.safe_mode import SafeModeScope


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Callable[[Layer], Layer] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Model:
    """A model of new layers, made from the configurations of those of `model`, that are connected like these.

    The weights are new. A layer that is called several times is cloned once.

    Args:
        model: functional, Sequential, or of a class with `get_config`.
        input_tensors: symbolic tensors to build the clone on, instead of inputs like the model's.
        clone_function: gives the clone of a layer; by default made from the layer's configuration. Inputs are not
            asked for.
        call_function: ``f(layer, *args, **kwargs)`` calls a cloned layer on symbolic tensors, instead of
            ``layer(*args, **kwargs)``.
        recursive: whether models inside are cloned layer by layer too, by `clone_function` and `call_function`.

    Raises `ArgumentError` for what is no model, for arguments that a subclassed model cannot heed, and for input
    tensors that do not fit the inputs.
    """
    if not isinstance(model, Model):
        raise ArgumentError(f"clone_model needs a model, got {type(model).__name__}.")
    if kwargs:
        raise ArgumentError(f"clone_model: unknown argument(s) {', '.join(kwargs)}.")
    clone = _Cloning(clone_function, call_function, recursive)
    if isinstance(model, Sequential):
        return clone.sequential(model, input_tensors)
    if isinstance(model, Functional):
        return clone.functional(model, input_tensors)
    given = {"input_tensors": input_tensors, "clone_function": clone_function, "call_function": call_function}
    named = [name for name, value in given.items() if value is not None]
    if named:
        raise ArgumentError(
            f"clone_model: {', '.join(named)} cannot be heeded: the layers of {type(model).__name__!r}, a subclass of "
            "Model, are known to its own code alone."
        )
    return _from_config(model)  # type: ignore[return-value]


def _from_config(layer: Any) -> Any:
    with SafeModeScope(False):  # what is cloned is here already
        return type(layer).from_config(layer.get_config())


class _Cloning:
    """How layers are cloned and called."""

    def __init__(self, clone_function: Any, call_function: Any, recursive: bool) -> None:
        self.make = clone_function or _from_config
        self.call = call_function or (lambda layer, *args, **kwargs: layer(*args, **kwargs))
        self.recursive = recursive

    def layer(self, layer: Any) -> Any:
        """The clone of one layer, or of a model that is one."""
        if self.recursive and isinstance(layer, Sequential):
            return self.sequential(layer, None)
        if self.recursive and isinstance(layer, Functional):
            return self.functional(layer, None)
        return self.make(layer) if isinstance(layer, Layer) else layer  # an op has no state

    def sequential(self, model: Sequential, input_tensors: Any) -> Sequential:
        """A stack of clones."""
        clone = Sequential(name=model.name, trainable=model.trainable)
        given = tree.flatten(input_tensors) if input_tensors is not None else []
        if len(given) > 1:
            raise ArgumentError(f"clone_model: a Sequential has one input, got {len(given)} input tensors.")
        first = given[0] if given else model._input
        if first is not None:
            from polykeras.layers import Input

            clone.add(Input(batch_shape=first.shape, dtype=first.dtype, name=first.name), rebuild=False)
        for layer in model.layers:
            clone.add(self.layer(layer), rebuild=False)
        clone._rebuild()
        return clone

    def functional(self, model: Model, input_tensors: Any) -> Any:
        """The graph once more."""
        graph = model._graph
        if input_tensors is None:
            inputs = tree.map_structure(_input_like, graph.inputs)
        else:
            inputs = input_tensors
        leaves = tree.flatten(inputs)
        if len(leaves) != len(graph.input_leaves) or not all(isinstance(x, KerasTensor) for x in leaves):
            raise ArgumentError(
                f"clone_model: {model.name!r} has {len(graph.input_leaves)} input(s), got {len(leaves)} input tensors; "
                "they must be symbolic, as polykeras.Input() gives."
            )
        values = {id(x): new for x, new in zip(graph.input_leaves, leaves, strict=True)}
        clones: dict[int, Any] = {}
        for node in graph.nodes:
            outputs = self._again(node, clones, values)
            for old, new in zip(node.output_leaves, _symbolic(outputs), strict=True):
                values[id(old)] = new
        outputs = tree.unflatten(graph.output_treedef, [values[id(y)] for y in graph.output_leaves])
        clone = type(model)(inputs, outputs, name=model.name)
        if not model.trainable:
            clone.trainable = False
        return clone

    def _again(self, node: Node, clones: dict[int, Any], values: dict[int, Any]) -> Any:
        operation = node.operation
        if id(operation) not in clones:
            clones[id(operation)] = self.layer(operation)
        args, kwargs = node.arguments_with(values)
        if isinstance(operation, Layer):
            return self.call(clones[id(operation)], *args, **kwargs)
        return clones[id(operation)](*args, **kwargs)


def _input_like(x: KerasTensor) -> KerasTensor:
    from polykeras.layers import Input

    tensor: KerasTensor = Input(batch_shape=x.shape, dtype=x.dtype, name=x.name)
    return tensor


def _symbolic(outputs: Any) -> list[KerasTensor]:
    return [y for y in tree.flatten(outputs) if isinstance(y, KerasTensor)]


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model that `Model.to_json` described, with new weights.

    Args:
        json_string: what `Model.to_json` of polykeras or of Keras 3 gave.
        custom_objects: classes and functions by name, beside those that were registered.

    Raises `ArgumentError` for text that is no JSON, `UnknownNameError` for an unknown class.
    """
    try:
        config = json.loads(json_string)
    except json.JSONDecodeError as error:
        raise ArgumentError(f"model_from_json: the text is no JSON: {error}.") from error
    return saving.deserialize_keras_object(config, custom_objects)


__all__ = ["clone_model", "model_from_json"]

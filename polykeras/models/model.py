"""`Model`: a layer that can be trained."""

from __future__ import annotations

from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError, UnknownNameError, did_you_mean
from polykeras.layers.base.shapes import shapes_of
from polykeras.layers.layer import Layer
from polykeras.training.trainer import Trainer
from polykeras.variable import storage_backend


class Model(Trainer):
    """A layer with `compile`, `fit`, `evaluate` and `predict`.

    Made in one of three ways: ``Model(inputs=x, outputs=y)`` from symbolic tensors; by subclassing, with the layers as
    attributes and a `call`; or as a `Sequential`.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and (args or "inputs" in kwargs or "outputs" in kwargs):
            from polykeras.models.functional import Functional

            return super().__new__(Functional)
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        inputs = kwargs.pop("inputs", args[0] if args else None)
        outputs = kwargs.pop("outputs", args[1] if len(args) > 1 else None)
        super().__init__(**kwargs)
        self.supports_masking = True
        self._operations: list[Any] = []
        if inputs is not None or outputs is not None:
            if inputs is None or outputs is None:
                raise ArgumentError(f"Model {self.name!r}: give both inputs and outputs.")
            from polykeras.models.functional import set_graph

            set_graph(self, inputs, outputs)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run the graph; a subclass made without one defines its own."""
        if self._graph is None:
            raise ArgumentError(
                f"Model {type(self).__name__} has no graph and defines no call(self, inputs): do one of the two."
            )
        from polykeras.models.functional import run_graph

        return run_graph(self, inputs, mask)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Masks leave a model on the tensors that its last layers made."""
        return None

    def _locked(self) -> bool:
        return False  # layers may be added to a model that is built

    def _ensure_built(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if type(self).build is Model.build:  # the layers build themselves in the call that follows
            self._backend = storage_backend()
            self._build_shapes = next(
                (shapes_of(x) for x in (*args, *kwargs.values()) if any(hasattr(t, "shape") for t in tree.flatten(x))),
                None,
            )
            self.built = True
        else:
            super()._ensure_built(args, kwargs)

    def build(self, input_shape: Any) -> None:
        """Build the layers by a symbolic call on inputs of these shapes."""
        if type(self).call is not Model.call and input_shape is not None:
            from polykeras.graph.keras_tensor import KerasTensor
            from polykeras.layers.base.shapes import map_shapes

            self.built = True  # the call below must not come back here
            try:
                spec_inputs = map_shapes(lambda s: KerasTensor(s, self.compute_dtype), input_shape)
                self.compute_output_spec(spec_inputs)
            finally:
                self.built = False
        self.built = True

    @property
    def layers(self) -> list[Layer]:
        """The layers directly inside."""
        return self._flatten_layers(include_self=False, recursive=False)

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of that name, or at that place in `layers`."""
        layers = self.layers
        if (name is None) == (index is None):
            raise ArgumentError("get_layer: give a name or an index.")
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ArgumentError(f"get_layer: {self.name!r} has {len(layers)} layers, there is no {index}.")
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in layers]
        hint = did_you_mean(str(name), names)
        raise UnknownNameError(f"The model {self.name!r} has no layer {name!r}.{hint} It has {names}.")

    def get_compile_config(self) -> dict[str, Any] | None:
        """What `compile` was given, as plain data; None if it was not called."""
        if not self.compiled:
            return None
        from polykeras import saving

        return saving.serialize_keras_object({"optimizer": self.optimizer, **self._compile_options})

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as `get_compile_config` says, with a new optimizer that has not made a step."""
        from polykeras import saving

        self.compile(**saving.deserialize_keras_object(config))
        if self.built and self.trainable_variables:
            self.optimizer.build(self.trainable_variables)

    def to_json(self, **kwargs: Any) -> str:
        """The model's configuration, without weights, as JSON; `kwargs` go to `json.dumps`. See `model_from_json`."""
        import json

        from polykeras import saving

        return json.dumps(saving.serialize_keras_object(self), **kwargs)

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Any = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print the layers, their output shapes and numbers of parameters as a table; see `print_summary`."""
        from polykeras.models.summary import print_summary

        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def to_backend(self, name: Any) -> Model:
        """Move the model to another backend: weights, optimizer, metrics and random states. Returns the model.

        Training goes on there where it was. Raises what `polykeras.backend_scope` raises for an unknown backend.
        """
        from polykeras.scope import backend_scope

        with backend_scope(name) as backend:
            variables = [*self._state_variables(training=True)]
            for variable in variables:
                variable.move(backend)
            for layer in self._flatten_layers():
                if layer._backend is not None:
                    layer._backend = backend
        self._forget_compiled_steps()
        return self

    def save(self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any) -> None:
        """See `polykeras.saving.save_model`."""
        from polykeras import saving

        saving.save_model(self, filepath, overwrite, zipped, **kwargs)

    def save_weights(self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None) -> None:
        """See `polykeras.saving.save_weights`."""
        from polykeras import saving

        saving.save_weights(self, filepath, overwrite, max_shard_size)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """See `polykeras.saving.load_weights`."""
        from polykeras import saving

        saving.load_weights(self, filepath, skip_mismatch, **kwargs)

    @property
    def inputs(self) -> list[Any] | None:
        """The symbolic inputs, if the model has a graph."""
        return None if self._graph is None else list(self._graph.input_leaves)

    @property
    def outputs(self) -> list[Any] | None:
        """The symbolic outputs, if the model has a graph."""
        return None if self._graph is None else list(self._graph.output_leaves)

    @property
    def input(self) -> Any:
        """The symbolic input, or the structure of them that the model was made from."""
        return super().input if self._graph is None else self._graph.inputs

    @property
    def output(self) -> Any:
        """The symbolic output, or the structure of them that the model was made from."""
        return super().output if self._graph is None else self._graph.outputs

    @property
    def input_shape(self) -> Any:
        """The shape of the one input, or a list of shapes."""
        return _one_or_all([x.shape for x in self.inputs or []], self, "input_shape")

    @property
    def output_shape(self) -> Any:
        """The shape of the one output, or a list of shapes."""
        return _one_or_all([x.shape for x in self.outputs or []], self, "output_shape")

    @property
    def output_names(self) -> list[str]:
        """What the outputs are called in losses, metrics and logs."""
        return _output_names(self)


def _one_or_all(shapes: list[Any], model: Model, what: str) -> Any:
    if not shapes:
        raise AttributeError(f"The model {model.name!r} has no symbolic inputs yet, so {what} is not known.")
    return shapes[0] if len(shapes) == 1 else shapes


def _output_names(model: Model) -> list[str]:
    if model._graph is None:
        return []
    if isinstance(model._graph.outputs, dict) and len(model._graph.outputs) == len(model._graph.output_leaves):
        return sorted(model._graph.outputs)
    names: list[str] = []
    for y in model._graph.output_leaves:
        name, n = y.node.operation.name, 0
        while name in names:  # a layer that gives several of the outputs
            n += 1
            name = f"{y.node.operation.name}_{n}"
        names.append(name)
    return names

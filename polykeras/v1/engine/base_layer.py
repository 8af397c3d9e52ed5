"""`Layer`: Keras 1.2.2's base class of layers, on today's."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras import masking, ops, tree
from polykeras.errors import ArgumentError, TraceError, did_you_mean
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node as GraphNode
from polykeras.layers.base.members import find_members
from polykeras.layers.base.nested_calls import calls
from polykeras.layers.base.shapes import interpreting
from polykeras.layers.input_spec import InputSpec as ModernInputSpec
from polykeras.v1 import backend as K
from polykeras.v1 import constraints, initializations, regularizers
from polykeras.v1.backend.evaluation import compute
from polykeras.v1.engine.arguments import described
from polykeras.v1.engine.nodes import LayerNodes
from polykeras.variable import Variable

_KEYWORDS = ("input_shape", "batch_input_shape", "input_dtype", "name", "trainable", "create_input_layer")


class InputSpec(ModernInputSpec):
    """What a layer expects of an input: dtype, shape (None where any size will do), number of axes."""

    def __init__(self, dtype: Any = None, shape: Any = None, ndim: Any = None) -> None:
        super().__init__(dtype=dtype, shape=shape, ndim=ndim)


class Layer(LayerNodes, modern.Layer):
    """Base class of Keras 1's layers.

    A subclass defines ``call(self, x, mask=None)``; with weights also ``build(self, input_shape)``, which makes them with
    `add_weight` or sets ``self.trainable_weights`` to a list of variables. ``get_output_shape_for(self, input_shape)`` is
    used where the shape cannot be inferred from `call`.

    Args:
        name: ``dense_1`` and so on unless given.
        input_shape, batch_input_shape: of the input, without and with the batch axis, for the first layer of a model.
        input_dtype: of that input.
        trainable: whether training changes the weights.
    """

    stateful = False
    batch_input_shape: Any = None
    input_dtype: Any = None

    def __init__(self, **kwargs: Any) -> None:
        unknown = [name for name in kwargs if name not in (*_KEYWORDS, "today")]
        if unknown:
            hints = "".join(did_you_mean(name, _KEYWORDS) for name in unknown)
            raise ArgumentError(f"{type(self).__name__}: unknown argument(s) {', '.join(unknown)}.{hints}")
        kwargs.pop("create_input_layer", None)
        today = kwargs.pop("today", {})  # see `polykeras.v1.engine.adapted`
        shape, batch_shape = kwargs.pop("input_shape", None), kwargs.pop("batch_input_shape", None)
        dtype = kwargs.pop("input_dtype", None)
        prefix = type(self).__name__.lower()
        name = kwargs.get("name") or f"{prefix}_{K.get_uid(prefix)}"
        super().__init__(name=name, trainable=kwargs.get("trainable", True), **today)
        if shape is not None and batch_shape is None:
            batch_shape = (None, *shape)
        if batch_shape is not None:
            self.batch_input_shape = self._declared_input_shape = tuple(batch_shape)
            self.input_dtype = dtype or self._default_input_dtype()

    def _default_input_dtype(self) -> str:
        return K.floatx()

    # ---- weights ------------------------------------------------------------------------------------------------

    def add_weight(
        self,
        shape: Any,
        initializer: Any,
        name: str | None = None,
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
    ) -> Variable:
        """A new weight. The initializer is a function of a shape, or the name of one of `initializations`."""
        made = initializations.get(initializer)(tuple(shape), name=name)
        variable = made if isinstance(made, Variable) else K.variable(made, name=name)
        variable.name = variable.path = name or variable.name
        variable.trainable = trainable
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        self._own(variable)
        return variable

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes; a layer may set the list itself."""
        return modern.Layer.trainable_weights.fget(self)  # type: ignore[attr-defined, no-any-return]

    @trainable_weights.setter
    def trainable_weights(self, weights: list[Variable]) -> None:
        self._own_trainable = list(weights)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training leaves alone; a layer may set the list itself."""
        return modern.Layer.non_trainable_weights.fget(self)  # type: ignore[attr-defined, no-any-return]

    @non_trainable_weights.setter
    def non_trainable_weights(self, weights: list[Variable]) -> None:
        self._own_fixed = list(weights)
        for v in self._own_fixed:
            v.trainable = False

    @property
    def constraints(self) -> dict[Variable, Any]:
        """The constraints of the weights that have one; a layer may set the dictionary itself."""
        return {v: v.constraint for v in self.weights if v.constraint is not None}

    @constraints.setter
    def constraints(self, by_weight: dict[Variable, Any]) -> None:
        for variable, constraint in by_weight.items():
            variable.constraint = constraints.get(constraint)

    def _direct_variables(self) -> list[Variable]:
        return [*self._own_trainable, *self._own_fixed]

    def _direct_state(self) -> list[Variable]:
        weights = {id(v) for v in self._direct_variables()}
        others = [m for m in self._members() if isinstance(m, Variable) and id(m) not in weights]
        return [*super()._direct_state(), *others]

    def _finish_build(self) -> None:
        for v in find_members(self._own_trainable):
            self._backend = v.backend

    # ---- losses and updates -------------------------------------------------------------------------------------

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Add to what training minimises: tensors made in `call`, or symbolic ones of weights made in `build`."""
        for loss in tree.flatten(losses):
            if type(loss) is KerasTensor:
                vars(self).setdefault("_symbolic_losses", []).append(loss)
            else:
                super().add_loss(ops.convert_to_tensor(loss, K.floatx()) if isinstance(loss, (int, float)) else loss)

    def _computed_losses(self) -> list[Any]:
        """The symbolic losses of this layer and those inside, now."""
        found = [x for layer in self._flatten_layers() for x in vars(layer).get("_symbolic_losses", ())]
        return compute(found, {}) if K.variables.running() else found

    @property
    def losses(self) -> list[Any]:
        """The penalties on weights and outputs."""
        return [*modern.Layer.losses.fget(self), *self._computed_losses()]  # type: ignore[attr-defined]

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """As `losses`."""
        return self.losses

    def _regularize(self, outputs: Any) -> None:
        for y in tree.flatten(outputs):
            if hasattr(y, "shape"):
                self.add_loss(self.activity_regularizer(y))

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Pairs of a variable and its new value, made in `call`: the variables get the values in training."""
        pairs = [updates] if isinstance(updates, tuple) else updates
        if not interpreting() and calls.training:
            for variable, value in pairs:
                variable.assign(value)

    @property
    def updates(self) -> list[Any]:
        """Empty: updates are made when they are added."""
        return []

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """As `updates`."""
        return []

    # ---- masks and shapes ---------------------------------------------------------------------------------------

    def call(self, x: Any, mask: Any = None) -> Any:
        """`x` itself."""
        return x

    def compute_mask(self, input: Any, input_mask: Any = None) -> Any:
        """The mask of the output. Raises `ArgumentError` for a mask that the layer does not support."""
        if not self.supports_masking and any(m is not None for m in tree.flatten(input_mask)):
            raise ArgumentError(
                f"Layer {self.name!r} ({type(self).__name__}) does not support masking, but its input has a mask."
            )
        return input_mask if self.supports_masking else None

    def get_output_shape_for(self, input_shape: Any) -> Any:
        """The shape of the output for that of the input."""
        return self.compute_output_shape(input_shape)

    def assert_input_compatibility(self, input: Any) -> None:
        """Raise `ShapeError` unless the input is as `input_spec` says."""
        from polykeras.layers.input_spec import check_inputs

        if self.input_spec is not None:
            check_inputs(self.input_spec, input, self.name)

    def _incoming_mask(self, args: Any, kwargs: Any, signature: Any) -> Any:
        mask = tree.map_structure(masking.get_mask, args[0]) if args else None
        if all(m is None for m in tree.flatten(mask)):
            return None
        if signature.mask and kwargs.get("mask") is None and len(args) <= signature.names.index("mask"):
            kwargs["mask"] = mask
        return mask

    def _call_symbolically(self, args: Any, kwargs: Any) -> Any:
        mask = kwargs.pop("mask", None)
        if mask is None:
            mask = tree.map_structure(lambda x: masking.get_mask(x) if hasattr(x, "shape") else None, args[0])
        if not self.built:
            if self.input_spec is not None:
                self.assert_input_compatibility(args[0])
            self._ensure_built(args, kwargs)
        masked = any(m is not None for m in tree.flatten(mask))
        new = self.compute_mask(args[0], mask if masked else _nothing_like(args[0]))
        try:
            outputs = super()._call_symbolically(args, kwargs)
        except TraceError:
            if type(self).get_output_shape_for is Layer.get_output_shape_for:
                raise
            shape = self.get_output_shape_for(tree.map_structure(lambda x: tuple(x.shape), args[0]))
            outputs = KerasTensor(shape, self.compute_dtype)
            GraphNode(self, args, kwargs, outputs)
        leaves = [y for y in tree.flatten(outputs) if type(y) is KerasTensor]
        masks = [new] * len(leaves) if new is None or hasattr(new, "shape") else tree.flatten(new)
        for y, m in zip(leaves, masks, strict=False):
            masking.set_mask(y, m)
        return outputs

    _unwalked_attributes = modern.Layer._unwalked_attributes | {"_symbolic_losses"}

    # ---- configuration ------------------------------------------------------------------------------------------

    def create_input_layer(self, batch_input_shape: Any, input_dtype: Any = None, name: str | None = None) -> None:
        """Call the layer on a new input of that shape."""
        from polykeras.v1.engine.input_layer import Input

        self.batch_input_shape, self.input_dtype = tuple(batch_input_shape), input_dtype or self._default_input_dtype()
        self(Input(batch_shape=self.batch_input_shape, dtype=self.input_dtype, name=name))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, as Keras 1.2.2 writes them."""
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable}
        if self.batch_input_shape is not None:
            config["batch_input_shape"] = list(self.batch_input_shape)
            config["input_dtype"] = self.input_dtype
        return config | described(self)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Layer:
        """The layer that `get_config` described."""
        return cls(**config)


def _nothing_like(inputs: Any) -> Any:
    return [None] * len(inputs) if isinstance(inputs, (list, tuple)) else None

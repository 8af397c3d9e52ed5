"""Calling a layer: on tensors, on symbolic tensors, as a pure function, on shapes alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import dtypes, tree
from polykeras.errors import ArgumentError, PolykerasError, TraceError
from polykeras.graph.keras_tensor import KerasTensor, any_symbolic, symbolic_like
from polykeras.graph.node import Node
from polykeras.interpreters import abstract
from polykeras.layers.base.call_signature import signature_of
from polykeras.layers.base.conversion import cast_symbolically, convert
from polykeras.layers.base.losses import lossy
from polykeras.layers.base.masks import LayerMasks
from polykeras.layers.base.nested_calls import calls
from polykeras.layers.base.rematerialization import RematScope, rematerialized
from polykeras.layers.base.shapes import describe_inputs, interpreting, map_shapes, shapes_of
from polykeras.layers.input_spec import check_inputs
from polykeras.masking import any_masks
from polykeras.scope import backend_scope, local


class LayerCalling(LayerMasks):
    """What ``layer(inputs)`` does around `call`."""

    autocast: bool
    _remat: RematScope | None
    input_spec: Any

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes."""
        raise ArgumentError(f"Layer {type(self).__name__} defines no call(self, inputs).")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._initialized:
            self._refuse_uninitialized()
        if not args:  # the first argument may be named
            names = signature_of(type(self)).names
            if names and names[0] in kwargs:
                args = (kwargs.pop(names[0]),)
            elif signature_of(type(self)).needs_inputs:
                raise ArgumentError(f"Layer {self.name!r} was called without its first argument, {names[0]!r}.")
        if (args and type(args[0]) is KerasTensor) or any_symbolic(args) or (kwargs and any_symbolic(kwargs.values())):
            return self._call_symbolically(args, kwargs)
        if self._backend is not None and local.backend is not self._backend and not interpreting():
            with backend_scope(self._backend):
                return self._call(args, kwargs)
        return self._call(args, kwargs)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        signature = signature_of(type(self))
        args = (convert(self, args[0]),) if len(args) == 1 else tuple([convert(self, x) for x in args])
        for name in kwargs:
            kwargs[name] = convert(self, kwargs[name])
        if self.input_spec is not None and args:  # before `build`, which relies on it
            check_inputs(self.input_spec, args[0], self.name)
        if not self.built:
            self._ensure_built(args, kwargs)
        mask = None
        if any_masks() or "mask" in kwargs:
            mask = self._incoming_mask(args, kwargs, signature)
        previous = calls.training
        if signature.training:
            training = kwargs.get("training")
            if training is None:
                training = previous if previous is not None else signature.training_default
                kwargs["training"] = training
            calls.training = training
        elif "training" in kwargs and not signature.any_keyword:
            training = kwargs.pop("training")
            calls.training = previous if training is None else training
        if calls.depth == 0 and lossy and not interpreting():
            self._clear_losses()
        calls.depth += 1
        try:
            outputs = self._compute(*args, **kwargs)
            if self.activity_regularizer is not None:
                self._regularize(outputs)
        finally:
            calls.depth -= 1
            calls.training = previous
        if self.supports_masking and (mask is not None or signature.makes_masks):
            self._mask_outputs(args[0], outputs, mask)
        return outputs

    def _compute(self, *args: Any, **kwargs: Any) -> Any:
        """`call`, with variables read in the compute dtype."""
        outer, dtype = local.autocast, self._compute_dtype
        if outer is None and dtype == self._variable_dtype and self._remat is None:
            return self.call(*args, **kwargs)
        mixed = outer is not None or dtype != self._variable_dtype
        local.autocast = dtype if mixed and self.autocast and dtype in dtypes.FLOATING else None
        try:
            if self._remat is None or interpreting():
                return self.call(*args, **kwargs)
            return self.rematerialized_call(self.call, *args, **kwargs)(*args, **kwargs)
        finally:
            local.autocast = outer

    def rematerialized_call(self, layer_call: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """`layer_call` as the `RematScope` in which the layer was made wants it for these arguments."""
        return layer_call if self._remat is None else rematerialized(self, self._remat, layer_call, args, kwargs)

    def _call_symbolically(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.input_spec is not None and args:
            check_inputs(self.input_spec, args[0], self.name)
        if not self.built:
            self._ensure_built(args, kwargs)
        signature = signature_of(type(self))
        known = {k: v for k, v in kwargs.items() if k != "training" or signature.training or signature.any_keyword}
        try:
            spec_args, spec_kwargs = cast_symbolically((args, known), self)
            spec = self.compute_output_spec(*spec_args, **spec_kwargs)
        except PolykerasError as error:
            if self.name not in str(error):
                error.args = (f"Layer {self.name!r} on {describe_inputs(args)}: {error}",)
            raise
        outputs = symbolic_like(spec)
        Node(self, args, kwargs, outputs)
        return outputs

    def stateless_call(
        self,
        trainable_variables: list[Any],
        non_trainable_variables: list[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The layer as a pure function: ``outputs, non_trainable_variables`` (and the losses) for these values.

        Raises `ArgumentError` if the layer is not built, or for another number of values than it has variables.
        """
        from polykeras.variable import StatelessScope

        if not self.built and type(self).build is not LayerCalling.build:
            raise ArgumentError(
                f"Layer {self.name!r} is not built yet, it has no variables to give values to: build it, or call it, "
                "before stateless_call."
            )
        pairs: list[Any] = []
        for what, variables, values in (
            ("trainable_variables", self.trainable_variables, trainable_variables),
            ("non_trainable_variables", self.non_trainable_variables, non_trainable_variables),
        ):
            if len(variables) != len(values):
                raise ArgumentError(
                    f"Layer {self.name!r}: stateless_call needs a value for each of its {len(variables)} {what} "
                    f"{[v.path for v in variables]}, got {len(values)}."
                )
            pairs += zip(variables, values, strict=True)
        with StatelessScope(pairs) as scope:
            outputs = self(*args, **kwargs)
            losses = self.losses if return_losses else None
        state = [scope.value_of(v) for v in self.non_trainable_variables]
        return (outputs, state, losses) if return_losses else (outputs, state)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Shapes and dtypes of the outputs, by running `call` on the symbolic backend.

        Where `call` asks for values, a subclass's own `compute_output_shape` says the shapes, in the compute dtype.
        """
        try:
            return abstract.infer(self._compute, *args, **kwargs)
        except TraceError:
            if type(self).compute_output_shape is LayerCalling.compute_output_shape:
                raise
        shapes = self.compute_output_shape(*(shapes_of(a) for a in args))
        return map_shapes(lambda shape: KerasTensor(shape, self.compute_dtype), shapes)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """As `compute_output_spec`: what a call on symbolic tensors gives, without a node of a graph."""
        return self.compute_output_spec(*args, **kwargs)

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape of the outputs for these input shapes (one tuple, or a structure of them); builds the layer."""
        shapes = [map_shapes(lambda s: KerasTensor(s, self.compute_dtype), a) for a in args]
        if not self.built:
            self._ensure_built(tuple(shapes), kwargs)
        spec = self.compute_output_spec(*shapes, **kwargs)
        return (
            tree.map_structure(lambda s: _Shape(s.shape), spec).value
            if not tree.is_nested(spec)
            else (tree.map_structure(lambda s: tuple(s.shape), spec))
        )


class _Shape:
    """A shape as a leaf: trees would take the tuple apart."""

    def __init__(self, value: tuple[Any, ...]) -> None:
        self.value = tuple(value)

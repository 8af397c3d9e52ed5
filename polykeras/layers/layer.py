"""`Layer`: a function of tensors with variables of its own."""

from __future__ import annotations

import functools
import inspect
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polykeras import dtypes, masking, tree
from polykeras.errors import ArgumentError, DtypeError, PolykerasError, ShapeError
from polykeras.graph.keras_tensor import KerasTensor, is_symbolic, symbolic_like
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation
from polykeras.interpreters import abstract
from polykeras.layers.input_spec import InputSpec, check_inputs
from polykeras.layers.policy import DTypePolicy
from polykeras.ops.conversion import convert_to_tensor
from polykeras.random.seed_generator import SeedGenerator
from polykeras.scope import backend_scope, local
from polykeras.variable import Variable, storage_backend


class _Calls(threading.local):
    """What nested calls of layers share."""

    training: bool | None = None  # of the outermost call
    depth: int = 0
    names: tuple[str, ...] = ()  # of the layers being built, for the paths of variables


_calls = _Calls()
_lossy: weakref.WeakSet[Layer] = weakref.WeakSet()
"""The layers that hold losses of an earlier call. Mostly none: a call need not look through its layers then."""


class Layer(Operation):
    """Base class of all layers.

    A subclass defines ``call(self, inputs)`` on `polykeras.ops`, and, if it has variables,
    ``build(self, input_shape)``, which makes them with `add_weight`. Other layers and variables that are attributes
    belong to it, also inside lists and dictionaries.

    Args:
        activity_regularizer: a penalty on the outputs, added to `losses`.
        trainable: whether optimizers change its variables.
        dtype: a dtype, a policy name such as ``"mixed_bfloat16"``, or a `DTypePolicy`.
        autocast: whether floating inputs are cast to the compute dtype.
        name: by default made from the class's name.
    """

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        input_shape = _legacy_input_shape(kwargs)
        if kwargs:
            raise ArgumentError(f"{type(self).__name__}: unknown argument(s) {', '.join(kwargs)}.")
        super().__init__(name)
        from polykeras import regularizers

        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = DTypePolicy.of(dtype)
        self.autocast = autocast
        self.built = False
        self._building = False
        self.supports_masking = False
        self.input_spec: Any = None
        self._trainable = trainable
        self._own_variables: list[Variable] = []
        self._losses: list[Any] = []
        self._backend: Any = None  # where the variables are; None: it has none
        self._build_shapes: Any = None
        if input_shape is not None:
            self._declared_input_shape = input_shape

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = _complete(vars(cls)["build"])  # type: ignore[method-assign]

    # ---- variables ---------------------------------------------------------------------------------------------

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        name: str | None = None,
    ) -> Variable:
        """A new variable of this layer.

        `initializer` is a name, an `Initializer`, a callable ``f(shape, dtype)`` or a value; by default Glorot uniform
        for floats and zeros for other dtypes.
        """
        from polykeras import constraints, initializers, regularizers

        kind = dtypes.standardize(dtype or self.variable_dtype)
        shape = () if shape is None else tuple(shape)
        if any(d is None for d in shape):
            raise ShapeError(f"Layer {self.name!r}: the variable {name!r} needs a known shape, got {shape}.")
        if initializer is None:
            initializer = "glorot_uniform" if dtypes.is_floating(kind) else "zeros"
        if isinstance(initializer, (str, dict)):
            initializer = initializers.get(initializer)
        variable = Variable(initializer, shape, kind, trainable, autocast, aggregation, name or "variable")
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        variable.path = "/".join((*(_calls.names or (self.name,)), variable.name))
        self._own_variables.append(variable)
        return variable

    add_variable = add_weight

    def _members(self) -> Iterator[Any]:
        """Variables, layers, seed generators and metrics among the attributes, in the order they were set."""
        for attribute, value in vars(self).items():
            if attribute not in self._unwalked_attributes:
                yield from _find_members(value)

    _unwalked_attributes = frozenset({"_own_variables", "_losses", "_inbound_nodes", "_build_shapes"})

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Layer]:
        found: dict[int, Layer] = {}

        def visit(layer: Layer) -> None:
            if id(layer) in found:
                return
            found[id(layer)] = layer
            if recursive or layer is self:
                for member in layer._members():
                    if isinstance(member, Layer):
                        visit(member)

        visit(self)
        if not include_self:
            del found[id(self)]
        return list(found.values())

    def _collect(self, own: Callable[[Layer], list[Variable]]) -> list[Variable]:
        found: dict[int, Variable] = {}
        for layer in self._flatten_layers():
            for v in own(layer):
                found.setdefault(id(v), v)
        return list(found.values())

    def _direct_variables(self) -> list[Variable]:
        found = {id(v): v for v in self._own_variables}
        for member in self._members():
            if isinstance(member, Variable):
                found.setdefault(id(member), member)
        return list(found.values())

    def _direct_state(self) -> list[Variable]:
        return [m.state for m in self._members() if isinstance(m, SeedGenerator)]

    @property
    def variables(self) -> list[Variable]:
        """All state: weights and the states of random generators."""
        return self.weights + self._collect(lambda layer: layer._direct_state())

    @property
    def weights(self) -> list[Variable]:
        """Trainable and other weights, layer by layer; in each the trainable ones first."""

        def own(layer: Layer) -> list[Variable]:
            direct = layer._direct_variables()
            return [v for v in direct if v.trainable] + [v for v in direct if not v.trainable]

        return self._collect(own)

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that optimizers change: those of trainable layers that are themselves trainable."""
        found: dict[int, Variable] = {}

        def visit(layer: Layer, seen: set[int]) -> None:
            if id(layer) in seen or not layer.trainable:
                return
            seen.add(id(layer))
            for v in layer._direct_variables():
                if v.trainable:
                    found.setdefault(id(v), v)
            for member in layer._members():
                if isinstance(member, Layer):
                    visit(member, seen)

        visit(self, set())
        return list(found.values())

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that optimizers leave alone."""
        trainable = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in trainable]

    @property
    def trainable_variables(self) -> list[Variable]:
        """As `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All state that is not trained, the states of random generators included."""
        trainable = {id(v) for v in self.trainable_weights}
        return [v for v in self.variables if id(v) not in trainable]

    @property
    def trainable(self) -> bool:
        """Whether optimizers change the variables; setting it sets it for the layers inside too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            layer._trainable = bool(value)

    def get_weights(self) -> list[Any]:
        """The values of `weights` as ndarrays of their own."""
        return [np.array(v.numpy()) for v in self.weights]

    def set_weights(self, weights: list[Any]) -> None:
        """Assign the values of `weights`, given in that order."""
        variables = self.weights
        if len(weights) != len(variables):
            raise ArgumentError(
                f"Layer {self.name!r} has {len(variables)} weights, got {len(weights)} values. "
                f"Weights: {[f'{v.path} {v.shape}' for v in variables]}."
            )
        arrays = [np.asarray(w) for w in weights]
        for v, w in zip(variables, arrays, strict=True):  # all are checked before one is changed
            if w.shape != v.shape:
                raise ShapeError(f"Layer {self.name!r}: the weight {v.path!r} has shape {v.shape}, got {w.shape}.")
        for v, w in zip(variables, arrays, strict=True):
            v.assign(w)

    def count_params(self) -> int:
        """Number of elements of all weights."""
        if not self.built:
            raise ArgumentError(f"Layer {self.name!r} has no weights yet: build it, or call it, before counting them.")
        return sum(int(np.prod(v.shape)) for v in self.weights)

    # ---- dtypes ------------------------------------------------------------------------------------------------

    @property
    def dtype(self) -> str:
        """The dtype of the variables."""
        return self.dtype_policy.variable_dtype

    variable_dtype = dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype that floating inputs are cast to."""
        return self.dtype_policy.compute_dtype

    # ---- losses ------------------------------------------------------------------------------------------------

    def add_loss(self, loss: Any) -> None:
        """Add a scalar tensor to what training minimises; called inside `call`."""
        if not _interpreting():
            self._losses.extend(tree.flatten(loss))
            _lossy.add(self)

    @property
    def losses(self) -> list[Any]:
        """What `add_loss` and activity regularizers added in the last call, and the weights' regularization."""
        found = []
        for layer in self._flatten_layers():
            found.extend(layer._losses)
        for v in self.trainable_weights:
            if v.regularizer is not None:
                found.append(v.regularizer(v.value))
        return found

    def _clear_losses(self) -> None:
        for layer in self._flatten_layers():
            layer._losses.clear()
            _lossy.discard(layer)

    # ---- calling -----------------------------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the variables. The default makes none."""
        self.built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes."""
        raise ArgumentError(f"Layer {type(self).__name__} defines no call(self, inputs).")

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs, from that of the inputs. By default the same."""
        return previous_mask

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Shapes and dtypes of the outputs, by running `call` on the symbolic backend."""
        return abstract.infer(self._compute, *args, **kwargs)

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape of the outputs for these input shapes (one tuple, or a structure of them)."""
        shapes = [_map_shapes(lambda s: KerasTensor(s, self.compute_dtype), a) for a in args]
        if not self.built:
            self._ensure_built(tuple(shapes), kwargs)
        spec = self.compute_output_spec(*shapes, **kwargs)
        return tree.map_structure(lambda s: _Shape(s.shape), spec).value if not tree.is_nested(spec) else (
            tree.map_structure(lambda s: tuple(s.shape), spec)
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not args:  # the first argument may be named
            names = _signature_of(type(self)).names
            if names and names[0] in kwargs:
                args = (kwargs.pop(names[0]),)
        first = args[0] if args else next(iter(kwargs.values()), None)
        if type(first) is KerasTensor or (type(first) in (list, tuple, dict) and is_symbolic((args, kwargs))):
            return self._call_symbolically(args, kwargs)
        if self._backend is not None and local.backend is not self._backend and not _interpreting():
            with backend_scope(self._backend):
                return self._call(args, kwargs)
        return self._call(args, kwargs)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        signature = _signature_of(type(self))
        if args:
            args = (self._convert(args[0]), *map(self._convert, args[1:]))
            if self.input_spec is not None:  # before `build`, which relies on it
                check_inputs(self.input_spec, args[0], self.name)
        if not self.built:
            self._ensure_built(args, kwargs)
        mask = None
        if masking.any_masks():
            mask = self._incoming_mask(args, kwargs, signature)
        calls = _calls
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
        if calls.depth == 0 and _lossy and not _interpreting():
            self._clear_losses()
        calls.depth += 1
        try:
            outputs = self._compute(*args, **kwargs)
            if self.activity_regularizer is not None:
                self._regularize(outputs)
        finally:
            calls.depth -= 1
            calls.training = previous
        if mask is not None or (signature.makes_masks and self.supports_masking):
            self._mask_outputs(args[0], outputs, mask)
        return outputs

    def _compute(self, *args: Any, **kwargs: Any) -> Any:
        """`call`, with variables read in the compute dtype."""
        policy, outer = self.dtype_policy, local.autocast
        if outer is None and policy.compute_dtype == policy.variable_dtype:
            return self.call(*args, **kwargs)
        local.autocast = policy.compute_dtype if self.autocast and policy.compute_dtype in dtypes.FLOATING else None
        try:
            return self.call(*args, **kwargs)
        finally:
            local.autocast = outer

    def _regularize(self, outputs: Any) -> None:
        """Add the penalties on the outputs, per sample."""
        for y in tree.flatten(outputs):
            if hasattr(y, "shape"):
                penalty = self.activity_regularizer(y)
                self.add_loss(penalty / max(int(y.shape[0]), 1) if len(y.shape) else penalty)

    def _convert(self, x: Any) -> Any:
        """One argument as the layer computes with it: host data become tensors, floats the compute dtype."""
        if x is None or isinstance(x, (bool, str)):
            return x
        if isinstance(x, (list, tuple, dict)):
            if isinstance(x, dict) or any(hasattr(v, "shape") or isinstance(v, (list, tuple, dict)) for v in x):
                return tree.map_structure(self._convert, x)
        elif not hasattr(x, "shape"):
            return x
        # An ndarray is a tensor already where the default backend's own tensors are ndarrays.
        known = _known_dtypes.setdefault(self.compute_dtype, set()) if self.autocast else ()
        if x.dtype in known and (local.host or not isinstance(x, np.ndarray)):
            return x
        try:
            kind = _dtype_of(x)
        except DtypeError as error:
            raise DtypeError(f"Layer {self.name!r}: {error}") from None
        target = self.compute_dtype if self.autocast and kind in dtypes.FLOATING else kind
        owner = _owner(x)
        if kind == target and owner is not None:
            if self.autocast:
                _known_dtypes[self.compute_dtype].add(x.dtype)
            return x
        converted = convert_to_tensor(x, target)
        if converted is not x and masking.any_masks() and masking.get_mask(x) is not None:
            masking.set_mask(converted, masking.get_mask(x))
        return converted

    def _ensure_built(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        signature = _signature_of(type(self))
        shapes = {}
        for name, value in zip(signature.names, args, strict=False):
            if value is not None and any(hasattr(x, "shape") for x in tree.flatten(value)):
                shapes[name] = _shapes(value)
        for name, value in kwargs.items():
            if value is not None and any(hasattr(x, "shape") for x in tree.flatten(value)):
                shapes[name] = _shapes(value)
        wanted = signature.build_names
        if any(n.endswith("_shape") and n != "input_shape" and n[: -len("_shape")] in shapes for n in wanted):
            self._run_build(**{n: shapes.get(n[: -len("_shape")]) for n in wanted if n[: -len("_shape")] in shapes})
        else:
            self._run_build(next(iter(shapes.values()), None))

    def _run_build(self, *shapes: Any, **named: Any) -> None:
        """Call `build` where variables go to their backend, whatever is being traced."""
        previous, stateless = _calls.names, local.stateless
        _calls.names = (*previous, self.name)
        local.stateless = None
        self._building = True
        self._backend = storage_backend()
        try:
            with backend_scope(self._backend):
                self.build(*shapes, **named)
        except PolykerasError as error:
            if self.name not in str(error):
                error.args = (f"Layer {self.name!r}: {error}",)
            raise
        finally:
            _calls.names, local.stateless = previous, stateless
            self._building = False
        self._build_shapes = shapes[0] if shapes else named
        self.built = True

    def _call_symbolically(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.input_spec is not None and args:
            check_inputs(self.input_spec, args[0], self.name)
        if not self.built:
            self._ensure_built(args, kwargs)
        signature = _signature_of(type(self))
        known = {k: v for k, v in kwargs.items() if k != "training" or signature.training or signature.any_keyword}
        try:
            spec = self.compute_output_spec(*_as_cast(args, self), **known)
        except PolykerasError as error:
            if self.name not in str(error):
                error.args = (f"Layer {self.name!r} on {_describe(args)}: {error}",)
            raise
        outputs = symbolic_like(spec)
        Node(self, args, kwargs, outputs)
        return outputs

    # ---- masks -------------------------------------------------------------------------------------------------

    def _incoming_mask(self, args: tuple[Any, ...], kwargs: dict[str, Any], signature: _Signature) -> Any:
        """The mask of the first argument, handed to `call` if it takes one."""
        if not args:
            return None
        mask = tree.map_structure(masking.get_mask, args[0])
        if all(m is None for m in tree.flatten(mask)):
            return None
        if signature.mask:
            if kwargs.get("mask") is None and len(args) <= signature.names.index("mask"):
                kwargs["mask"] = mask
        elif not self.supports_masking:
            warnings.warn(
                f"Layer {self.name!r} ({type(self).__name__}) does not support masking: the mask of its input is "
                "ignored and not passed on.",
                UserWarning,
                stacklevel=4,
            )
            return None
        return mask

    def _mask_outputs(self, inputs: Any, outputs: Any, mask: Any) -> None:
        masks = self.compute_mask(inputs, mask)
        if masks is None:
            return
        leaves = tree.flatten(outputs)
        per_leaf = [masks] * len(leaves) if hasattr(masks, "shape") else tree.flatten(masks)
        for y, m in zip(leaves, per_leaf, strict=False):
            masking.set_mask(y, m)

    # ---- configuration -----------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make an equal, unbuilt layer."""
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype_policy.name}
        if self.activity_regularizer is not None:
            from polykeras import regularizers

            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        """The layer that `get_config` described."""
        return cls(**config)

    def get_build_config(self) -> dict[str, Any]:
        """The shapes that the layer was built with: of its input, or by the names of `build`'s arguments."""
        shapes = self._build_shapes
        if isinstance(shapes, dict) and any(name in shapes for name in _signature_of(type(self)).build_names):
            return {"shapes_dict": shapes}
        return {"input_shape": shapes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with the shapes of `get_build_config`."""
        if self.built:
            return
        if "shapes_dict" in config:
            self._run_build(**config["shapes_dict"])
        else:
            self._run_build(config["input_shape"])

    def stateless_call(
        self,
        trainable_variables: list[Any],
        non_trainable_variables: list[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The layer as a pure function: ``outputs, non_trainable_variables`` (and the losses) for these values."""
        from polykeras.variable import StatelessScope

        pairs = [
            *zip(self.trainable_variables, trainable_variables, strict=True),
            *zip(self.non_trainable_variables, non_trainable_variables, strict=True),
        ]
        with StatelessScope(pairs) as scope:
            outputs = self(*args, **kwargs)
            losses = self.losses if return_losses else None
        state = [scope.value_of(v) for v in self.non_trainable_variables]
        return (outputs, state, losses) if return_losses else (outputs, state)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


class _Shape:
    """A shape as a leaf: trees would take the tuple apart."""

    def __init__(self, value: tuple[Any, ...]) -> None:
        self.value = tuple(value)


class _Signature:
    """What `__call__` needs to know of a layer class's `call` and `build`."""

    __slots__ = ("any_keyword", "build_names", "makes_masks", "mask", "names", "training", "training_default")

    def __init__(self, cls: type[Layer]) -> None:
        parameters = list(inspect.signature(cls.call).parameters.values())[1:]
        self.names = [p.name for p in parameters]
        self.mask = "mask" in self.names
        self.makes_masks = cls.compute_mask is not Layer.compute_mask  # it may have one where the input has none
        self.training = "training" in self.names
        default = next((p.default for p in parameters if p.name == "training"), None)
        self.training_default = bool(default) if default is not inspect.Parameter.empty else False
        self.any_keyword = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        self.build_names = [n for n in inspect.signature(cls.build).parameters if n != "self"]


_signatures: dict[type, _Signature] = {}


def _signature_of(cls: type[Layer]) -> _Signature:
    found = _signatures.get(cls)
    if found is None:
        found = _signatures[cls] = _Signature(cls)
    return found


def _complete(build: Callable[..., Any]) -> Callable[..., Any]:
    """A `build` that, when it is called from outside, does all that building a layer takes."""

    @functools.wraps(build)
    def wrapper(self: Layer, *shapes: Any, **named: Any) -> None:
        if self._building:
            build(self, *shapes, **named)
        else:
            self._run_build(*shapes, **named)

    return wrapper


_known_dtypes: dict[str, set[Any]] = {}
"""By compute dtype, the dtype objects of any backend that need no cast to it; filled by what was met."""


def _owner(x: Any) -> Any:
    """The backend that `x` belongs to; None for host data that still must be converted."""
    from polykeras.ops import dispatch
    from polykeras.scope import current_backend

    owner = dispatch.owner_of(x)
    if owner is dispatch.HOST:
        backend = current_backend()
        return backend if backend.host_native and isinstance(x, np.ndarray) else None
    return owner


def _dtype_of(x: Any) -> str:
    from polykeras.ops.conversion import dtype

    return dtype(x)


def _interpreting() -> bool:
    """Whether shapes are being inferred: the symbolic backend stays the default then."""
    return local.backend is not None and local.backend.absorbs


def _find_members(value: Any) -> Iterator[Any]:
    if isinstance(value, (Variable, Operation, SeedGenerator)) or hasattr(value, "update_state"):
        yield value
    elif isinstance(value, (list, tuple)):
        for v in value:
            yield from _find_members(v)
    elif isinstance(value, dict):
        for v in value.values():
            yield from _find_members(v)


def without_probes(shape: Any) -> tuple[int | None, ...]:
    """A shape met while shapes are inferred: sizes that stand for unknown ones become None again."""
    if not _interpreting():
        return tuple(shape)
    return tuple(None if d in abstract.PROBES else d for d in shape)


def _shapes(value: Any) -> Any:
    """The shape of a tensor, or the structure of shapes of a structure of tensors."""
    if hasattr(value, "shape"):
        return without_probes(value.shape)
    if isinstance(value, dict):
        return {k: _shapes(v) for k, v in value.items()}
    return type(value)(_shapes(v) for v in value) if isinstance(value, (list, tuple)) else None


def _map_shapes(f: Callable[[Any], Any], shapes: Any) -> Any:
    if isinstance(shapes, dict):
        return {k: _map_shapes(f, v) for k, v in shapes.items()}
    if isinstance(shapes, (list, tuple)) and any(isinstance(s, (list, tuple, dict)) for s in shapes):
        return [_map_shapes(f, s) for s in shapes]
    return f(shapes)


def _as_cast(args: tuple[Any, ...], layer: Layer) -> Any:
    """Symbolic arguments with the dtype that the layer would cast them to."""

    def cast(x: Any) -> Any:
        if type(x) is KerasTensor and layer.autocast and x.dtype in dtypes.FLOATING and x.dtype != layer.compute_dtype:
            return KerasTensor(x.shape, layer.compute_dtype)
        return x

    return tree.map_structure(cast, args)


def _describe(args: tuple[Any, ...]) -> str:
    shapes = [tuple(x.shape) for x in tree.flatten(args) if hasattr(x, "shape")]
    return f"input of shape {shapes[0]}" if len(shapes) == 1 else f"inputs of shapes {shapes}"


def _legacy_input_shape(kwargs: dict[str, Any]) -> Any:
    """The input shape, batch first, that a layer was given for being the first of a Sequential."""
    if "batch_input_shape" in kwargs:
        return tuple(kwargs.pop("batch_input_shape"))
    if "batch_shape" in kwargs:
        return tuple(kwargs.pop("batch_shape"))
    if "input_shape" in kwargs:
        return (None, *kwargs.pop("input_shape"))
    if "input_dim" in kwargs:
        return (None, kwargs.pop("input_dim"))
    return None


__all__ = ["InputSpec", "Layer"]

"""The variables of a layer and of the layers inside it: made, found, listed, read and set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

import numpy as np

from polykeras import changes, dtype_policies, dtypes
from polykeras.dtype_policies import DTypePolicy, DTypePolicyMap
from polykeras.errors import ArgumentError, ShapeError, UninitializedError
from polykeras.graph.operation import Operation
from polykeras.layers.base.members import Memory, find_members, is_metric, may_hold
from polykeras.layers.base.nested_calls import calls
from polykeras.random.seed_generator import SeedGenerator
from polykeras.variable import Variable

Found = TypeVar("Found")

_FLAGS = frozenset({"built", "_trainable"})


class LayerState(Operation):
    """An operation with variables and layers as attributes."""

    built = False
    _trainable: bool
    _own_trainable: list[Variable]  # that were trainable when they were made, as Keras orders the weights
    _own_fixed: list[Variable]
    _path: str | None
    _initialized = False  # until `Layer.__init__` ran
    _building = False

    def _refuse_uninitialized(self) -> NoReturn:
        raise UninitializedError(
            f"{type(self).__name__} was used before its base class was ready: call super().__init__() first in its "
            "__init__."
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if self.built and isinstance(value, (LayerState, Variable, SeedGenerator)):
            self._admit(name, value)
        if name in _FLAGS or may_hold(value) or may_hold(vars(self).get(name)):
            changes.note()
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        changes.note()
        object.__delattr__(self, name)

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold."""
        return {name: value for name, value in vars(self).items() if name != "_memory"}

    def _admit(self, name: str, value: Any) -> None:
        if self._locked() and not any(value is member for member in self._members()):
            raise ArgumentError(
                f"Layer {self.name!r} is built, {name!r} comes too late: layers and variables that belong to it are set in "
                "__init__ or build."
            )

    @property
    def path(self) -> str:
        """The names of the layers that built this one, and its own, joined by slashes."""
        return self._path or self.name

    @property
    def dtype_policy(self) -> DTypePolicy:
        """Which dtypes the layer computes in and its variables have; a `DTypePolicyMap` for it and layers inside."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value: Any) -> None:
        policy = dtype_policies.get(value)
        current = getattr(self, "_dtype_policy", None)
        if isinstance(current, DTypePolicyMap) and self._path is not None:
            current.pop(self._path, None)
            current[self._path] = policy
        else:
            self._dtype_policy = policy
        self._choose_dtypes()

    def _choose_dtypes(self) -> None:
        """Look up the dtypes in the policy: in a map that of the layer's own path, once this is known."""
        policy = self._dtype_policy
        if isinstance(policy, DTypePolicyMap) and self._path is not None:
            policy = policy[self._path]
        self._compute_dtype, self._variable_dtype = policy.compute_dtype, policy.variable_dtype

    @property
    def dtype(self) -> str:
        """The dtype of the variables."""
        return self._variable_dtype

    variable_dtype = dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype that floating inputs are cast to."""
        return self._compute_dtype

    @property
    def input_dtype(self) -> str:
        """The dtype that inputs should have."""
        return self._compute_dtype

    @property
    def quantization_mode(self) -> None:
        """None: layers are not quantized here."""
        return None

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

        Raises `ArgumentError` in a layer that is built, and whose state is complete therefore; `ShapeError` for a shape
        with unknown sizes; `UninitializedError` before ``super().__init__()``.
        """
        from polykeras import constraints, initializers, regularizers

        if not self._initialized:
            self._refuse_uninitialized()
        if self._locked():
            raise ArgumentError(
                f"Layer {self.name!r} is built, it takes no further variable {name or 'variable'!r}: make variables in "
                "__init__ or build."
            )

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
        owner = "/".join(calls.names) if self._building and calls.names else self.path
        variable.path = f"{owner}/{variable.name}"
        self._own(variable)
        return variable

    add_variable = add_weight

    def _own(self, variable: Variable) -> None:
        (self._own_trainable if variable.trainable else self._own_fixed).append(variable)
        changes.note()

    def _locked(self) -> bool:
        """Whether the layer's own state is complete. Models may be extended."""
        return self.built and not self._building

    def add_metric(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused, as in Keras 3: a metric is an attribute of the layer, updated in `call`."""
        raise ArgumentError(
            f"Layer {self.name!r}: there is no add_metric. Make the metric in __init__, as an attribute, and call its "
            "update_state; or pass it to compile(metrics=[...])."
        )

    def _members(self) -> Iterator[Any]:
        """Variables, layers, seed generators and metrics among the attributes, in the order they were set."""
        return find_members(self._walked_attributes())

    _unwalked_attributes = frozenset(
        {"_own_trainable", "_own_fixed", "_losses", "_inbound_nodes", "_outbound_nodes", "_build_shapes", "_memory"}
    )

    def _recall(self, name: str, find: Callable[[], Sequence[Found]]) -> list[Found]:
        """What `find` finds by walking over this layer and those inside; it is called when something has changed."""
        memory: Memory | None = vars(self).get("_memory")
        if memory is None or not memory.holds():
            memory = Memory(layer._walked_attributes() for layer in self._find_layers())
            object.__setattr__(self, "_memory", memory)
        return list(memory.recall(name, find))

    def _walked_attributes(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in self._unwalked_attributes}

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Any]:
        inside = self._recall("layers", lambda: self._find_layers()[1:]) if recursive else self._find_layers(False)[1:]
        return [self, *inside] if include_self else inside

    def _find_layers(self, recursive: bool = True) -> list[Any]:
        """This layer, then those inside."""
        found: dict[int, LayerState] = {}

        def visit(layer: LayerState) -> None:
            if id(layer) in found:
                return
            found[id(layer)] = layer
            if recursive or layer is self:
                for member in layer._members():
                    if isinstance(member, LayerState):
                        visit(member)

        visit(self)
        return list(found.values())

    def _collect(self, own: Callable[[LayerState], list[Variable]]) -> list[Variable]:
        found: dict[int, Variable] = {}
        for layer in self._flatten_layers():
            for v in own(layer):
                found.setdefault(id(v), v)
        return list(found.values())

    def _direct_variables(self) -> list[Variable]:
        trainable = {id(v): v for v in self._own_trainable}
        fixed = {id(v): v for v in self._own_fixed}
        for member in self._members():
            if isinstance(member, Variable) and id(member) not in trainable and id(member) not in fixed:
                (trainable if member.trainable else fixed)[id(member)] = member
        return [*trainable.values(), *fixed.values()]

    def _direct_state(self) -> list[Variable]:
        return [m.state for m in self._members() if isinstance(m, SeedGenerator)]

    @property
    def variables(self) -> list[Variable]:
        """All state: weights and the states of random generators."""
        return self.weights + self._recall("state", lambda: self._collect(lambda layer: layer._direct_state()))

    @property
    def weights(self) -> list[Variable]:
        """Trainable and other weights, layer by layer; in each first those that were made to be trained."""
        return self._recall("weights", lambda: self._collect(lambda layer: layer._direct_variables()))

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that optimizers change: those of trainable layers that are themselves trainable."""
        return self._recall("trainable_weights", self._find_trainable_weights)

    def _find_trainable_weights(self) -> list[Variable]:
        found: dict[int, Variable] = {}

        def visit(layer: LayerState, seen: set[int]) -> None:
            if id(layer) in seen or not layer.trainable:
                return
            seen.add(id(layer))
            for v in layer._direct_variables():
                if v.trainable:
                    found.setdefault(id(v), v)
            for member in layer._members():
                if isinstance(member, LayerState):
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
    def metrics(self) -> list[Any]:
        """The metrics that are attributes of the layer or of layers inside."""
        return self._recall("metrics", lambda: [m for x in self._find_layers() for m in x._members() if is_metric(m)])

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of `metrics`. They are not among `variables`."""
        return [v for metric in self.metrics for v in metric.variables]

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
        self._assign_all(self.weights, weights)

    def _assign_all(self, variables: list[Variable], values: list[Any]) -> None:
        """Give each variable its value; all are checked before one is changed."""
        if len(values) != len(variables):
            unbuilt = "" if self.built else " It is not built yet: build it, or call it, first."
            raise ArgumentError(
                f"Layer {self.name!r} has {len(variables)} weights, got {len(values)} values.{unbuilt} "
                f"Weights: {[f'{v.path} {v.shape}' for v in variables]}."
            )
        arrays = [np.asarray(value) for value in values]
        for v, array in zip(variables, arrays, strict=True):
            if array.shape != v.shape:
                raise ShapeError(f"Layer {self.name!r}: the weight {v.path!r} has shape {v.shape}, got {array.shape}.")
        for v, array in zip(variables, arrays, strict=True):
            v.assign(array)

    def save_own_variables(self, store: Any) -> None:
        """Write the values of the layer's own weights, not those of layers inside, into a mapping: ``"0"``, ``"1"`` ..."""
        for i, v in enumerate(self._direct_variables()):
            store[str(i)] = v.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Assign what `save_own_variables` wrote.

        Raises `ArgumentError` for another number of values, `ShapeError` for another shape, and changes nothing then.
        """
        self._assign_all(self._direct_variables(), [store[str(i)] for i in range(len(store.keys()))])

    def count_params(self) -> int:
        """Number of elements of all weights."""
        if not self.built:
            raise ArgumentError(f"Layer {self.name!r} has no weights yet: build it, or call it, before counting them.")
        return sum(int(np.prod(v.shape)) for v in self.weights)

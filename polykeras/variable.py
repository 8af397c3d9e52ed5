"""`Variable`: a tensor that changes, and `StatelessScope`, which lets code that changes variables run as a pure function.

The storage of a variable belongs to the backend that was the default when it was made. Inside a `StatelessScope`, the
variables named in it read and write values of the scope; their storage is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from polykeras import changes, dtypes
from polykeras.errors import ArgumentError, ShapeError
from polykeras.interpreters.operators import TensorOperators
from polykeras.ops import dispatch
from polykeras.scope import backend_scope, current_backend, local

if TYPE_CHECKING:
    from polykeras.backend import Backend


class Variable(TensorOperators):
    """A tensor with a name whose value can be assigned.

    Args:
        initializer: the starting value (anything that `ops.convert_to_tensor` takes), or a callable
            ``f(shape, dtype)`` that makes it.
        shape: needed with a callable.
        dtype: by default that of the value, or the default float.
        trainable: whether optimizers should change it.
        name: for messages and saved files.
    """

    __slots__ = (
        "__weakref__",
        "_trainable",
        "_value",
        "aggregation",
        "autocast",
        "backend",
        "constraint",
        "dtype",
        "name",
        "overwrite_with_gradient",
        "path",
        "regularizer",
        "shape",
    )  # fmt: skip

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str = "none",
        name: str | None = None,
    ) -> None:
        from polykeras.ops.conversion import convert_to_tensor

        self.backend: Backend = storage_backend()
        with backend_scope(self.backend):
            if callable(initializer) and not hasattr(initializer, "shape"):
                if shape is None:
                    raise ArgumentError(f"Variable {name!r}: a callable initializer needs a shape.")
                initializer = initializer(tuple(shape), dtype=dtypes.standardize(dtype))
            value = convert_to_tensor(initializer, dtype)
            self._value = self.backend.allocate(value)
            self.shape = self.backend.shape(value)
            self.dtype = self.backend.dtype_name(value)
        if shape is not None and tuple(shape) != self.shape:
            raise ShapeError(f"Variable {name!r}: shape {tuple(shape)} was asked for, the value has {self.shape}.")
        self.trainable = trainable
        self.autocast = autocast
        self.aggregation = aggregation
        self.name = name or "variable"
        self.path = self.name
        self.constraint: Callable[[Any], Any] | None = None
        self.regularizer: Callable[[Any], Any] | None = None
        self.overwrite_with_gradient = False

    @property
    def trainable(self) -> bool:
        """Whether optimizers should change it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = value
        changes.note()

    @property
    def value(self) -> Any:
        """The tensor now: the scope's inside a `StatelessScope` that names this variable, else the stored one.

        Inside a layer that computes in another dtype than its variables have, floats are cast to that dtype.
        """
        value = self._read()
        target = local.autocast
        if target is not None and target != self.dtype and self.autocast and self.dtype in dtypes.FLOATING:
            from polykeras.ops.casting import cast

            return cast(value, target)
        return value

    def _read(self) -> Any:
        """The tensor now, in the variable's own dtype."""
        scope = local.stateless
        if scope is not None:
            found = scope.get(id(self))
            if found is not None:
                return found
            if local.reads is not None:
                local.reads[id(self)] = self
        return self._stored()

    def _stored(self) -> Any:
        """The stored tensor, for somebody who may keep it: compiled steps will not write over it."""
        memory = self.backend.memory
        if memory is not None:
            self._value = memory.lent(self._value)
        return self._value

    def assign(self, value: Any) -> Any:
        """Give the variable a new value of the same shape, cast to its dtype; returns the value."""
        from polykeras.ops.conversion import convert_to_tensor

        scope = local.stateless
        if scope is not None:
            value = convert_to_tensor(value, self.dtype)
            self._check_shape(value)
            scope[id(self)] = value
            if local.assigned is not None:
                local.assigned[id(self)] = self
            return value
        with backend_scope(self.backend):
            value = convert_to_tensor(value, self.dtype)
            self._check_shape(value)
            owner = dispatch.owner_of(value)
            if owner is not self.backend and owner is not dispatch.HOST:
                value = self.backend.convert(owner.to_numpy(value), self.dtype)
            self._value = self.backend.allocate(value)
        return self._value

    def move(self, backend: Backend) -> None:
        """Store the value on another backend from now on."""
        if backend is not self.backend:
            array = self.backend.to_numpy(self._value)
            with backend_scope(backend):
                self._value = backend.allocate(backend.convert(array, self.dtype))
            self.backend = backend

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: the value as an ndarray, since a backend's tensors need not be picklable."""
        fields = {name: getattr(self, name) for name in Variable.__slots__ if name != "__weakref__"}
        return {**getattr(self, "__dict__", {}), **fields, "_value": self.backend.to_numpy(self._stored())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the state of the variable that this one is a copy of."""
        for name, value in state.items():
            setattr(self, name, value)
        with backend_scope(self.backend):
            self._value = self.backend.allocate(self.backend.convert(state["_value"], self.dtype))

    def _check_shape(self, value: Any) -> None:
        if tuple(value.shape) != self.shape:
            raise ShapeError(
                f"Variable {self.path!r} has shape {self.shape}; it cannot be assigned {tuple(value.shape)}."
            )

    def assign_add(self, value: Any) -> Any:
        """Add `value`."""
        from polykeras.ops.elementwise import add

        return self.assign(add(self._read(), value))

    def assign_sub(self, value: Any) -> Any:
        """Subtract `value`."""
        from polykeras.ops.elementwise import subtract

        return self.assign(subtract(self._read(), value))

    def numpy(self) -> Any:
        """The value as an ndarray."""
        from polykeras.ops.conversion import convert_to_numpy

        return convert_to_numpy(self.value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    def __float__(self) -> float:
        return float(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, backend={self.backend.name}>"

    # A variable is a thing with an identity, not a number to compare.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


def storage_backend() -> Backend:
    """The backend on which a new variable is stored: the default one, also while shapes are being inferred."""
    backend = current_backend()
    if backend.absorbs:  # shapes are being inferred; `infer` noted what was the default before
        assert local.storage is not None
        return local.storage
    return backend.root


class StatelessScope:
    """Inside, the given variables have the given values, and assignments go to the scope.

    with StatelessScope([(v, value), ...]) as scope:
        ...
    new_value = scope.value_of(v)
    """

    def __init__(self, state_mapping: Iterable[tuple[Variable, Any]] = ()) -> None:
        pairs = list(state_mapping)
        self._values: dict[int, Any] = {id(v): value for v, value in pairs}
        self._variables = [v for v, _ in pairs]  # keeps them alive, so that their ids stay their own

    def __enter__(self) -> StatelessScope:
        self._previous = local.stateless
        local.stateless = self._values if self._previous is None else {**self._previous, **self._values}
        self._values = local.stateless
        if self._previous is None:
            local.assigned = {}
        self._assigned = local.assigned
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        local.stateless = self._previous
        if self._previous is None:
            local.assigned = None

    def assigned_beyond(self, known: set[int]) -> list[Variable]:
        """The variables that were assigned in the outermost scope and are not among `known` (by id)."""
        return [v for key, v in (self._assigned or {}).items() if key not in known]

    def changes(self, before: dict[int, Any], own: set[int]) -> list[tuple[Variable, Any]]:
        """Variables that were assigned since `before`, but for those whose ids are `own`, with their new values."""
        assigned = self._assigned or {}
        return [
            (assigned[key], value)
            for key, value in self._values.items()
            if key in assigned and key not in own and before.get(key) is not value
        ]

    def value_of(self, variable: Variable) -> Any:
        """The value of `variable` at the end of the scope (or now)."""
        return self._values.get(id(variable), variable._value)


@contextmanager
def stored_values() -> Iterator[None]:
    """Inside, variables are read and assigned as they are stored, whatever `StatelessScope` is around.

    For the first values of a variable that is made while a step is tried out.
    """
    before = local.stateless, local.assigned
    local.stateless = local.assigned = None
    try:
        yield
    finally:
        local.stateless, local.assigned = before


dispatch.OWNERS[Variable] = dispatch.VARIABLE

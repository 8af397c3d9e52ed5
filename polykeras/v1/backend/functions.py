"""`function`: symbolic tensors as a function of arrays, compiled by the backend."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from polykeras import dtypes, ops, tree
from polykeras.backend import Backend
from polykeras.errors import ArgumentError, ShapeError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.operation import OpCall
from polykeras.interpreters import abstract
from polykeras.scope import backend_scope, current_backend, local
from polykeras.training.step import PureStep
from polykeras.v1.backend import phase
from polykeras.v1.backend.evaluation import compute, nodes_for
from polykeras.v1.backend.variables import ReadVariable
from polykeras.variable import StatelessScope, Variable

_COMPUTED = frozenset({"add", "subtract", "multiply", "divide", "negative", "sqrt", "clip", "where", "power"})
"""Ops whose results share no memory with their arguments; those of others may."""


class Function:
    """A function of a list of arrays. See `function`.

    The first call runs op by op, or on shapes alone where a single op must be compiled, and finds out which variables are
    read and changed. What happens is then a pure step of these variables, and is compiled: once for each learning phase,
    and for each signature of the arrays.
    """

    def __init__(self, inputs: Any, outputs: Any, updates: Any = (), **kwargs: Any) -> None:
        for name, given in (("inputs", inputs), ("outputs", outputs), ("updates", updates)):
            if not isinstance(given, (list, tuple)):
                raise ArgumentError(f"function: {name} must be a list, got {type(given).__name__}.")
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.updates = [u for u in updates if u is not None]
        self._pairs = [u for u in self.updates if isinstance(u, tuple)]
        self._beside = [u for u in self.updates if not isinstance(u, tuple)]
        self._fed = [x for x in self.inputs if type(x) is KerasTensor and not phase.is_phase(x)]
        self._anchor = _some_variable(tree.flatten([self.outputs, self.updates]))
        self._steps: dict[Any, _Step] = {}

    def __call__(self, inputs: Any) -> list[Any]:
        """The outputs as ndarrays for these values of the inputs."""
        if not isinstance(inputs, (list, tuple)):
            raise ArgumentError(f"A function takes a list of values, got {type(inputs).__name__}.")
        if len(inputs) != len(self.inputs):
            raise ArgumentError(f"The function has {len(self.inputs)} inputs, got {len(inputs)} values.")
        home = current_backend().root if self._anchor is None else self._anchor.backend
        training = None
        with backend_scope(home):
            batch = []
            for x, value in zip(self.inputs, inputs):
                if phase.is_phase(x):
                    training = bool(value)
                elif type(x) is KerasTensor:
                    batch.append(_array(value, x, bool(self._pairs)))
            key = (home.name, training, phase.fixed())
            step = self._steps.get(key)
            if step is None:
                step = self._steps[key] = _Step(lambda batch: self._results(batch, training), home)
            return [_result(y) for y in step(batch)]

    def _results(self, batch: Sequence[Any], training: bool | None) -> list[Any]:
        """The outputs; variables then get the values of the updates, all computed from those before them."""
        values: dict[int, Any] = {id(x): ops.convert_to_tensor(v) for x, v in zip(self._fed, batch, strict=True)}
        values.update((id(x), int(bool(training))) for x in self.inputs if phase.is_phase(x))
        with phase.in_phase(training):
            found = compute([*self.outputs, *(new for _, new in self._pairs), *self._beside], values)
        count = len(self.outputs)
        for (target, new), value in zip(self._pairs, found[count:], strict=False):
            # What was not computed for it may be the memory of an input, or of another variable.
            target.assign(value if _is_computed(new) else ops.copy(value))
        return found[:count]


class _Step:
    """What a function does in one learning phase on one backend."""

    def __init__(self, method: Callable[[Any], Any], home: Backend) -> None:
        self.method, self.home = method, home
        self.variables: list[Variable] = []
        self.eager = False
        self._pure: PureStep | None = None
        self._compiled: Callable[..., Any] | None = None
        self._renewals = 0

    def __call__(self, batch: list[Any]) -> list[Any]:
        if self._compiled is None and not self.eager and self.home.capabilities.compiled == "jit":
            self._on_shapes(batch)
        if self._compiled is None:
            return self._op_by_op(batch)
        assert self._pure is not None
        try:
            with _noting_reads() as others:
                own, shared, results = self._compiled(*self._pure.read(), batch)
        except Exception as error:
            results = self._op_by_op(batch)  # what is wrong with the values is raised here
            self._compiled, self.eager = None, True
            warnings.warn(
                "This function runs op by op, because it cannot be compiled: "
                f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}",
                RuntimeWarning,
                stacklevel=3,
            )
            return results
        self._pure.write(own, shared)
        if others and self._renewals < 3:  # read while it was traced, so it would stay what it is now
            self._renewals += 1
            self._compile([*self.variables, *others.values()])
        return results

    def _op_by_op(self, batch: list[Any]) -> list[Any]:
        with _noting_reads() as reads, StatelessScope() as scope:
            results = self.method(batch)
            changed = [(v, scope.value_of(v)) for v in scope.assigned_beyond(set())]
        for variable, value in changed:
            variable.assign(value)
        if not self.eager:
            self._compile([*reads.values(), *(v for v, _ in changed)])
        return results

    def _on_shapes(self, batch: list[Any]) -> None:
        try:
            with _noting_reads() as reads, StatelessScope() as scope:
                abstract.infer(self.method, batch)
                self._compile([*reads.values(), *scope.assigned_beyond(set())])
        except Exception:  # it may look at values, or the arrays may be wrong: the call that follows says which
            return

    def _compile(self, variables: list[Variable]) -> None:
        self.variables = list({id(v): v for v in variables}.values())
        self._pure = PureStep(self.method, self.variables)
        self._compiled = self.home.compile(self._pure.changes)


@contextmanager
def _noting_reads() -> Iterator[WeakValueDictionary[int, Variable]]:
    """Inside, variables that are read and have no value in a scope are noted; those made inside do not stay."""
    before = local.reads
    noted: WeakValueDictionary[int, Variable] = WeakValueDictionary()
    local.reads = noted
    try:
        yield noted
    finally:
        local.reads = before


def _array(value: Any, x: KerasTensor, own: bool) -> np.ndarray:
    """A value of the input `x` as an ndarray; with `own`, one that nobody else may change."""
    if not isinstance(value, np.ndarray) and hasattr(value, "dtype"):
        value = ops.convert_to_numpy(value)
    array: np.ndarray = (np.array if own else np.asarray)(value, dtypes.numpy_dtype(x.dtype))
    if len(array.shape) != len(x.shape) or any(d not in (None, n) for d, n in zip(x.shape, array.shape)):
        raise ShapeError(f"The input {x.name!r} of the function has shape {x.shape}, got a value of {array.shape}.")
    return array


def _result(y: Any) -> np.ndarray:
    """An output as an ndarray of the caller's own."""
    array = ops.convert_to_numpy(y)
    return array if array.flags.owndata and array.flags.writeable and array is not y else np.array(array)


def _is_computed(value: Any) -> bool:
    operation = value.node.operation if type(value) is KerasTensor and value.node is not None else None
    return isinstance(operation, OpCall) and operation.op.name in _COMPUTED


def _some_variable(outputs: Sequence[Any]) -> Variable | None:
    """A variable behind `outputs`: they are computed where it is."""
    for x in outputs:
        if isinstance(x, Variable):
            return x
    for node in nodes_for(x for x in outputs if type(x) is KerasTensor):
        if isinstance(node.operation, ReadVariable):
            return node.operation.variable
        for v in getattr(node.operation, "weights", ()):
            return v
    return None


def function(inputs: Any, outputs: Any, updates: Any = (), **kwargs: Any) -> Function:
    """A function of a list of ndarrays that computes `outputs` from values of `inputs`, then makes the `updates`.

    Args:
        inputs: placeholders, inputs of models, the learning phase, or any other symbolic tensors.
        outputs: symbolic tensors.
        updates: pairs of a variable and its new value; all new values are computed from the old ones.
    """
    return Function(inputs, outputs, updates, **kwargs)

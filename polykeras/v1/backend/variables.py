"""Variables of the symbolic backend: outside a running step, reading one is a node of the graph."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation
from polykeras.layers.base.nested_calls import calls
from polykeras.ops import dispatch
from polykeras.scope import backend_scope, local
from polykeras.v1.backend import common
from polykeras.variable import Variable


def running() -> bool:
    """Whether tensors have values now: a step, a layer's `call` or the inference of shapes is on its way."""
    return local.stateless is not None or calls.depth > 0


class ReadVariable(Operation):
    """The node of a graph that reads a variable."""

    def __init__(self, variable: Variable) -> None:
        super().__init__(common.unique("read"))
        self.variable = variable

    def __call__(self) -> Any:
        return self.variable.value


class SymbolicVariable(Variable):
    """A variable whose expressions are symbolic, as in Keras 1: ``K.eval(w * 2)`` computes with the value of then."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        """The tensor now in a running step; else a symbolic tensor that stands for whatever the value will be."""
        return Variable.value.fget(self) if running() else self.symbolic()  # type: ignore[attr-defined]

    def symbolic(self) -> KerasTensor:
        """A symbolic tensor that stands for the variable."""
        tensor = KerasTensor(self.shape, self.dtype, self.name)
        Node(ReadVariable(self), (), {}, tensor)
        return tensor

    def numpy(self) -> Any:
        """The value as an ndarray."""
        return self.backend.to_numpy(self._read())

    def get_shape(self) -> tuple[int, ...]:
        """The sizes."""
        return self.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)


dispatch.OWNERS[SymbolicVariable] = dispatch.VARIABLE


def concrete(value: Any) -> Any:
    """`value` as data that a variable can start with: a symbolic tensor is computed."""
    if isinstance(value, (KerasTensor, Variable)):
        from polykeras.v1.backend.evaluation import evaluate_to_numpy

        return evaluate_to_numpy(value)
    return value


def variable(value: Any, dtype: Any = None, name: str | None = None) -> SymbolicVariable:
    """A variable that starts with `value`: data, or an expression, which is computed now. By default of `floatx`."""
    return SymbolicVariable(concrete(value), None, dtypes.standardize(dtype or common.floatx()), True, name=name)


def get_value(x: Any) -> Any:
    """The value of a variable as an ndarray."""
    return concrete(x) if isinstance(x, KerasTensor) else x.numpy()


def batch_get_value(xs: Any) -> list[Any]:
    """The values of several variables."""
    return [get_value(x) for x in xs]


def set_value(x: Variable, value: Any) -> None:
    """Give a variable a new value."""
    with backend_scope(x.backend):
        x.assign(concrete(value))


def batch_set_value(tuples: Any) -> None:
    """Give several variables new values: pairs of a variable and its value."""
    for x, value in tuples:
        set_value(x, value)


def update(x: Variable, new_x: Any) -> tuple[Variable, Any]:
    """The update of `x` to `new_x`, for `function`'s ``updates`` or an optimizer's."""
    return x, new_x


def update_add(x: Variable, increment: Any) -> tuple[Variable, Any]:
    """The update that adds `increment`."""
    return x, x.value + increment


def update_sub(x: Variable, decrement: Any) -> tuple[Variable, Any]:
    """The update that subtracts `decrement`."""
    return x, x.value - decrement


def moving_average_update(variable: Variable, value: Any, momentum: float) -> tuple[Variable, Any]:
    """The update ``momentum * variable + (1 - momentum) * value``."""
    return variable, variable.value * momentum + value * (1.0 - momentum)


__all__ = [
    "batch_get_value",
    "batch_set_value",
    "get_value",
    "moving_average_update",
    "set_value",
    "update",
    "update_add",
    "update_sub",
    "variable",
]

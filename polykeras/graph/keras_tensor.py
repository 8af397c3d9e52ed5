"""`KerasTensor`: a symbolic tensor that remembers where it came from, and the interpreter that makes new ones.

An op on KerasTensors infers the shape and dtype of its result and adds a node to the graph. Sizes may be unknown: None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from polykeras import dtypes, tree
from polykeras.backend import Backend
from polykeras.errors import TraceError
from polykeras.interpreters import abstract
from polykeras.interpreters.operators import TensorOperators
from polykeras.ops import dispatch, registry

if TYPE_CHECKING:
    from polykeras.graph.node import Node


class KerasTensor(TensorOperators):
    """Shape (None where a size is not known), dtype, name, and the node whose output it is.

    Args:
        shape: sizes, None where unknown.
        dtype: name of the dtype.
        name: for `summary` and for feeding inputs by name.
    """

    __slots__ = ("__weakref__", "dtype", "index", "name", "node", "shape")

    def __init__(self, shape: Any, dtype: str = "float32", name: str | None = None) -> None:
        self.shape = tuple(None if d is None else int(d) for d in shape)
        self.dtype = dtypes.standardize(dtype)
        self.name = name or "keras_tensor"
        self.node: Node | None = None
        self.index = 0

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    def _no_value(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TraceError(
            "A symbolic tensor (KerasTensor) has no value: it stands for the input or an intermediate result of a "
            "model. Build operations on it with layers and polykeras.ops; NumPy functions and Python's `if` need values."
        )

    __bool__ = __int__ = __float__ = __index__ = __array__ = _no_value  # type: ignore[assignment]


def is_symbolic(structure: Any) -> bool:
    """Whether a KerasTensor is among the leaves."""
    return any(type(x) is KerasTensor for x in tree.flatten(structure))


def any_symbolic(values: Iterable[Any]) -> bool:
    """Whether a KerasTensor is among the values or inside a list, tuple or dictionary among them; quick where not."""
    for x in values:  # neither a generator nor a flattened tree: they cost as much as the rest of a layer's call
        kind = type(x)
        if kind is KerasTensor:
            return True
        if ((kind is list or kind is tuple) and any_symbolic(x)) or (kind is dict and any_symbolic(x.values())):
            return True
    return False


def symbolic_like(spec: Any) -> Any:
    """KerasTensors for the abstract leaves of `spec`."""
    return tree.map_structure(lambda s: None if s is None else KerasTensor(s.shape, s.dtype), spec)


class Graph(Backend):
    """The interpreter of ops on KerasTensors."""

    name = "graph"
    tensor_types = (KerasTensor,)
    dtypes = abstract.Symbolic.dtypes
    level = (1 << 60) + 1
    absorbs = True

    def __init__(self) -> None:
        self.entries = {}

    def entry_for(self, op: registry.Op) -> Callable[..., Any]:
        """Infer the result and add a node."""

        def run(*args: Any) -> Any:
            from polykeras.graph.node import Node
            from polykeras.graph.operation import OpCall

            outputs = symbolic_like(abstract.infer_matching(op.call_by_position, *args))
            Node(OpCall(op), args, {}, outputs)
            return outputs

        return run

    def record(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any = None
    ) -> Any:
        """Add a node for a function that is no op but takes tensors, a loop say. `outputs`, if the shapes are known."""
        from polykeras.graph.node import Node
        from polykeras.graph.operation import FunctionCall

        if outputs is None:
            outputs = symbolic_like(abstract.infer_matching(function, *args, **kwargs))
        Node(FunctionCall(function), args, kwargs, outputs)
        return outputs

    def convert(self, value: Any, dtype: str) -> Any:
        """Host data stay constants of the graph; the op converts them when it runs."""
        import numpy as np

        return np.asarray(value, dtypes.numpy_dtype(dtype))

    def to_numpy(self, x: Any) -> Any:
        """Refused: there is nothing to look at."""
        x._no_value()

    def shape(self, x: Any) -> Any:
        """Sizes, None where unknown."""
        return x.shape


GRAPH = Graph()
dispatch.OWNERS[KerasTensor] = GRAPH
registry.attach(GRAPH)

"""`Operation`: something that can be a node of a graph. Layers are operations, and so is every op on symbolic tensors."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from polykeras.errors import ArgumentError, PolykerasError
from polykeras.graph.names import unique_name
from polykeras.graph.weak_nodes import WeakNodes

if TYPE_CHECKING:
    from polykeras.graph.node import Node


class Operation:
    """A function of tensors that can be a node of a graph: it has a name, and remembers the nodes that it made.

    A subclass defines ``call``, written on `polykeras.ops`.

    Args:
        name: by default made from the class's name.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or unique_name(type(self).__name__)
        self._inbound_nodes: list[Node] = []
        self._outbound_nodes = WeakNodes()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from polykeras.graph.keras_tensor import any_symbolic, symbolic_like
        from polykeras.graph.node import Node

        if not any_symbolic(args) and not any_symbolic(kwargs.values()):
            return self.call(*args, **kwargs)
        outputs = symbolic_like(self.symbolic_call(*args, **kwargs))
        Node(self, args, kwargs, outputs)
        return outputs

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the operation computes."""
        raise ArgumentError(f"{type(self).__name__} defines no call(self, ...).")

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Shapes and dtypes of the outputs, by running `call` on tensors that have only these."""
        from polykeras.interpreters import abstract

        try:
            return abstract.infer(self.call, *args, **kwargs)
        except PolykerasError as error:
            if self.name not in str(error):
                error.args = (f"{type(self).__name__} {self.name!r}: {error}",)
            raise

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """What a call on symbolic tensors gives, without a node of a graph."""
        return self.compute_output_spec(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, from attributes of the same names.

        Raises `ArgumentError` if an argument was not kept as an attribute.
        """
        config = {}
        for p in inspect.signature(type(self)).parameters.values():
            if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
                if not hasattr(self, p.name):
                    raise ArgumentError(
                        f"{type(self).__name__} does not keep its argument {p.name!r} as an attribute: do so, or define "
                        "get_config."
                    )
                config[p.name] = getattr(self, p.name)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The operation that `get_config` described."""
        return cls(**config)

    @property
    def input(self) -> Any:
        """The symbolic input(s) of the first call of this operation."""
        return self._first_node("input").structure("inputs")

    @property
    def output(self) -> Any:
        """The symbolic output(s) of the first call of this operation."""
        return self._first_node("output").structure("outputs")

    def _first_node(self, what: str) -> Node:
        if not self._inbound_nodes:
            raise AttributeError(f"{self.name!r} was not called on a symbolic tensor yet, it has no {what}.")
        return self._inbound_nodes[0]


class OpCall(Operation):
    """An op of `polykeras.ops`, called on symbolic tensors."""

    def __init__(self, op: Any) -> None:
        super().__init__(unique_name(op.name))
        self.op = op

    def __call__(self, *args: Any) -> Any:
        return self.op.call_by_position(*args)


class FunctionCall(Operation):
    """A function that is no op, a loop say, called on symbolic tensors."""

    def __init__(self, function: Any) -> None:
        super().__init__(unique_name(getattr(function, "__name__", "function").strip("<>")))
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

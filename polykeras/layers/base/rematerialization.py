"""Rematerialization: what a function computes inside is not kept for its gradient but computed once more.

Chen et al. 2016, arXiv:1604.06174. The gradient is an `ops.custom_gradient` that keeps the arguments and runs the
function again, under the same dtypes, random states and training mode.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from types import TracebackType
from typing import Any

from polykeras import dtypes, ops, tree
from polykeras.backend import Backend
from polykeras.errors import ArgumentError
from polykeras.layers.base.losses import LayerLosses, lossy
from polykeras.layers.base.nested_calls import calls
from polykeras.ops import dispatch
from polykeras.scope import local
from polykeras.variable import Variable

MODES = ("full", "activations", "larger_than", "list_of_layers", None)


class _Scopes(threading.local):
    current: RematScope | None = None


_scopes = _Scopes()


class RematScope:
    """Layers that are made inside the block compute their insides again for the gradient.

    Args:
        mode: which layers: ``"full"`` all; ``"activations"`` only the `activation` of those that have one;
            ``"larger_than"`` those whose outputs have more elements than `output_size_threshold`;
            ``"list_of_layers"`` those named in `layer_names`; None none.
        output_size_threshold: see `mode`.
        layer_names: see `mode`.

    Raises `ArgumentError` for an unknown mode.
    """

    def __init__(
        self, mode: str | None = "full", output_size_threshold: int = 1024, layer_names: Sequence[str] | None = None
    ) -> None:
        if mode not in MODES:
            raise ArgumentError(f"RematScope: mode must be one of {', '.join(map(repr, MODES))}, got {mode!r}.")
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = list(layer_names or ())

    def __enter__(self) -> RematScope:
        self._previous = _scopes.current
        _scopes.current = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _scopes.current = self._previous


def current_scope() -> RematScope | None:
    """The innermost `RematScope`, unless it is one of no layers."""
    scope = _scopes.current
    return None if scope is None or scope.mode is None else scope


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function like `f` that keeps none of its intermediate results for the gradient: it runs again then.

    `f` takes and returns tensors or structures of them; it may be a layer, and may call layers, whose variables and
    random states change once, as if it ran once.

    >>> slim = remat(lambda x: ops.tanh(ops.exp(x)))
    >>> slim(ops.zeros((2,))).shape
    (2,)
    """

    @wraps(f)
    def run(*args: Any, **kwargs: Any) -> Any:
        return _Run(f, args, kwargs).outputs()

    return run


class _Noted(dict[int, Any]):
    """Values of variables, and which of them were asked for."""

    def __init__(self, values: dict[int, Any]) -> None:
        super().__init__(values)
        self.read: set[int] = set()

    def get(self, key: int, default: Any = None) -> Any:
        """The value under the key."""
        self.read.add(key)
        return super().get(key, default)


class _Run:
    """One call of a function, that can be made again."""

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.f = f
        self.leaves, self.treedef = tree.flatten_with_treedef((args, kwargs))
        self.places = [i for i, x in enumerate(self.leaves) if hasattr(x, "shape")]
        self.scope = dict(local.stateless or {})  # the values of variables as the function finds them
        layer = getattr(f, "__self__", f)
        own = {id(v) for v in layer.variables} if hasattr(layer, "variables") else self.scope.keys()
        self.ids = [key for key in self.scope if key in own]
        self.strays = False  # whether the function reads variables of others
        self.autocast, self.training, self.depth = local.autocast, calls.training, calls.depth
        self.assigned: dict[int, Variable] = {}
        self.lossy: list[LayerLosses] = []  # the layer that added each of the losses

    def outputs(self) -> Any:
        """Run `f`, give its variables the values that it assigned, and return what it returned."""
        tensors = [self.leaves[i] for i in self.places]
        result, losses, state = ops.custom_gradient(self._differentiable)(
            tensors, [self.scope[key] for key in self.ids]
        )
        if self.strays:  # then the gradient goes to all that there are
            self.ids = list(self.scope)
            result, losses, state = ops.custom_gradient(self._differentiable)(tensors, list(self.scope.values()))
        for variable, value in zip(self.assigned.values(), state, strict=True):
            variable.assign(value)
        for layer, loss in zip(self.lossy, losses, strict=True):
            layer.add_loss(loss)
        return result

    def _differentiable(self, tensors: list[Any], values: list[Any]) -> tuple[Any, Callable[..., Any]]:
        everything = [*tensors, *values]
        floating = [i for i, x in enumerate(everything) if ops.dtype(x) in dtypes.FLOATING]

        def gradient(upstream: Any) -> Any:
            def again(*xs: Any) -> Any:
                replaced = list(everything)
                for i, x in zip(floating, xs, strict=True):
                    replaced[i] = x
                return self._forward(replaced[: len(tensors)], replaced[len(tensors) :])[:2]

            cotangents, treedef = tree.flatten_with_treedef(tuple(upstream[:2]))
            fenced = _fenced([*(everything[i] for i in floating), *cotangents])
            _, pull = ops.vjp(again, *fenced[: len(floating)])
            return list(pull(tree.unflatten(treedef, fenced[len(floating) :])))

        return self._forward(tensors, values), gradient

    def _forward(self, tensors: list[Any], values: list[Any]) -> tuple[Any, list[Any], list[Any]]:
        """What `f` returns, the losses that layers added in it, and the values that it assigned; nothing changes."""
        leaves = list(self.leaves)
        for i, x in zip(self.places, tensors, strict=True):
            leaves[i] = x
        args, kwargs = tree.unflatten(self.treedef, leaves)
        scope = _Noted(self.scope | dict(zip(self.ids, values, strict=True)))
        counts = {layer: len(layer._losses) for layer in lossy}
        before = (local.stateless, local.assigned, local.autocast, calls.training, calls.depth)
        local.stateless, local.assigned, local.autocast = scope, {}, self.autocast
        calls.training, calls.depth = self.training, self.depth + 1
        try:
            result = self.f(*args, **kwargs)
            found: dict[int, Any] = local.assigned or {}
        finally:
            local.stateless, local.assigned, local.autocast, calls.training, calls.depth = before
        self.lossy, losses = [], []
        for layer in list(lossy):
            added = layer._losses[counts.get(layer, 0) :]
            del layer._losses[counts.get(layer, 0) :]
            self.lossy += [layer] * len(added)
            losses += added
        self.strays = bool(scope.read & self.scope.keys() - set(self.ids))
        for key, variable in found.items():  # of a second run the starting values are those of the first
            self.assigned.setdefault(key, variable)
            self.scope.setdefault(key, variable._value)
        return result, losses, [scope[key] for key in self.assigned]


def _fenced(xs: list[Any]) -> list[Any]:
    """The tensors among `xs` as such that are there only now, with the last of them."""
    places = [i for i, x in enumerate(xs) if isinstance(dispatch.owner_of(x), Backend)] if xs else []
    result = list(xs)
    if places:
        for i, x in zip(places, dispatch.owner_of(xs[places[0]]).fence([xs[i] for i in places]), strict=True):
            result[i] = x
    return result


def rematerialized(
    layer: Any, scope: RematScope, call: Callable[..., Any], args: Any, kwargs: Any
) -> Callable[..., Any]:
    """`call`, a layer's, for these arguments, as the scope in which the layer was made wants it."""
    if scope.mode == "activations":
        return _with_slim_activation(layer, call) if callable(getattr(layer, "activation", None)) else call
    if scope.mode == "list_of_layers" and layer.name not in scope.layer_names:
        return call
    if scope.mode == "larger_than":
        from polykeras.interpreters import abstract

        sizes = [math.prod(y.shape) for y in tree.flatten(abstract.infer(call, *args, **kwargs)) if y is not None]
        if sum(sizes) <= scope.output_size_threshold:
            return call
    return remat(call)


def _with_slim_activation(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        activation = layer.activation
        layer.activation = remat(activation)
        try:
            return call(*args, **kwargs)
        finally:
            layer.activation = activation

    return run

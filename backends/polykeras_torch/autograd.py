"""PyTorch's reverse mode as the core wants it: functions of plain tensors, that nest.

Inside a differentiation the tensors to differentiate by are *watched*: leaves of a fresh graph, or, if an outer
differentiation follows them already, views of what it follows. As long as an outer one is under way, gradients are
computed so that they can be differentiated in turn, and results keep their graph; otherwise both come detached.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import torch

from polykeras import tree
from polykeras.backend import Backend
from polykeras.errors import ShapeError
from polykeras.ops.conversion import convert_to_tensor
from polykeras.ops.dispatch import owner_of
from polykeras.scope import backend_scope


class _Local(threading.local):
    """How many tensors this thread is watching."""

    watched: int = 0


_local = _Local()

# ---- the pair that a recorded step calls, and what it hands its results through ----------------------------------------


def watch(x: torch.Tensor) -> torch.Tensor:
    """`x` as a tensor to differentiate by. `gradients` ends the watch."""
    _local.watched += 1
    return x.view_as(x) if x.requires_grad else x.detach().requires_grad_(True)


def gradients(value: torch.Tensor, xs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """The gradient of the scalar `value` by each of the watched tensors `xs`; zeros where `value` does not depend."""
    _local.watched -= len(xs)
    if value.ndim:
        raise ShapeError(f"value_and_grad needs a function with a scalar value, got shape {tuple(value.shape)}.")
    return _pull([value], None, xs, _followed(xs))


def release(x: Any) -> Any:
    """A result of a differentiation as it is handed out: detached, unless an outer one is under way."""
    return x.detach() if isinstance(x, torch.Tensor) and not _local.watched else x


def _followed(xs: Sequence[torch.Tensor]) -> bool:
    """Whether an outer differentiation is under way: one of this backend's, or the caller's own autograd graph."""
    return _local.watched > 0 or not all(x.is_leaf for x in xs)


def _pull(
    outputs: Sequence[torch.Tensor],
    cotangents: Sequence[torch.Tensor] | None,
    xs: Sequence[torch.Tensor],
    followed: bool,
    retain: bool | None = None,
) -> list[torch.Tensor]:
    if not xs or not any(y.requires_grad for y in outputs):
        return [torch.zeros_like(x) for x in xs]
    found = torch.autograd.grad(outputs, xs, cotangents, retain_graph=retain, create_graph=followed, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, xs)]


# ---- differentiation ---------------------------------------------------------------------------------------------------


def guarded(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, run with gradients enabled; watches that it leaves behind by raising an exception are ended."""

    @wraps(f)
    def run(*args: Any) -> Any:
        before = _local.watched
        try:
            if torch.is_grad_enabled():
                return f(*args)
            with torch.enable_grad():
                return f(*args)
        finally:
            _local.watched = before

    return run


def _interpreter_of(values: Any) -> Backend | None:
    """The highest interpreter among the owners of the tensors in a tree, if there is one.

    A function may close over tensors of a recorder or a tape though it is differentiated by plain ones. Then what it
    returns is the interpreter's, which has to differentiate it, its own way.
    """
    owners = [owner_of(v) for v in tree.flatten(values) if v is not None and not isinstance(v, torch.Tensor)]
    return max((o for o in owners if getattr(o, "level", 0)), key=lambda o: o.level, default=None)


def value_and_grad(backend: Backend, f: Callable[..., Any], has_aux: bool) -> Callable[..., Any]:
    """See `polykeras.backend.Backend.value_and_grad`."""

    @guarded
    def run(xs: Sequence[torch.Tensor], *rest: Any) -> Any:
        with backend_scope(backend):
            watched = [watch(x) for x in xs]
            result = f(watched, *rest)
            value = result[0] if has_aux else result
            if not isinstance(value, torch.Tensor):
                interpreter = _interpreter_of(value)
                if interpreter is not None:
                    return interpreter.value_and_grad(f, has_aux)(xs, *rest)
                value = convert_to_tensor(value)
                result = (value, result[1]) if has_aux else value
            grads = gradients(value, watched)
        return (result if _followed(watched) else tree.map_structure(release, result)), grads

    return run


def vjp(backend: Backend, f: Callable[..., Any], xs: Sequence[torch.Tensor]) -> tuple[Any, Callable[[Any], list[Any]]]:
    """See `polykeras.backend.Backend.vjp`. Results that are not floating are constants, their cotangents ignored."""

    @guarded
    def forward() -> tuple[list[torch.Tensor], Any]:
        with backend_scope(backend):
            watched = [watch(x) for x in xs]
            return watched, f(*watched)

    watched, result = forward()
    interpreter = _interpreter_of(result)
    if interpreter is not None:
        return interpreter.vjp(f, xs)
    outputs = tree.flatten(result)
    followed = _followed(watched)

    @guarded
    def pullback(cotangents: Any) -> list[Any]:
        pairs = [
            (y, c)
            for y, c in zip(outputs, tree.flatten(cotangents), strict=True)
            if isinstance(y, torch.Tensor) and y.requires_grad and c is not None
        ]
        given = [c for _, c in pairs]
        again = followed or _local.watched > 0 or any(c.requires_grad for c in given)
        return _pull([y for y, _ in pairs], given, watched, again, retain=True)

    return (result if followed else tree.map_structure(release, result)), pullback


# ---- gradients of the user's own ---------------------------------------------------------------------------------------


class _Custom(torch.autograd.Function):
    """A function of tensors whose way back is the user's pullback."""

    @staticmethod
    def forward(ctx: Any, f: Callable[..., Any], treedefs: list[Any], *xs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs, pullback = f(*xs)
        leaves, treedef = tree.flatten_with_treedef(outputs)
        treedefs.append(treedef)
        ctx.f, ctx.pullback, ctx.treedef = f, pullback, treedef
        ctx.save_for_backward(*xs)
        return tuple(y.clone() if any(y is x for x in xs) else y for y in map(convert_to_tensor, leaves))

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        # To be differentiated in turn, what the pullback closes over has to hang on the inputs: `f` runs again.
        pullback = ctx.f(*ctx.saved_tensors)[1] if torch.is_grad_enabled() else ctx.pullback
        return (None, None, *pullback(tree.unflatten(ctx.treedef, cotangents)))


def custom_gradient(f: Callable[..., Any], xs: Sequence[torch.Tensor]) -> Any:
    """See `polykeras.backend.Backend.custom_gradient`."""
    treedefs: list[Any] = []
    outputs = _Custom.apply(f, treedefs, *xs)  # type: ignore[no-untyped-call]
    return tree.unflatten(treedefs[0], outputs)

"""Gradients with respect to variables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.ops import dispatch
from polykeras.scope import current_backend, local
from polykeras.variable import StatelessScope, Variable


def value_and_gradients(
    f: Callable[..., Any], variables: Sequence[Variable], tensors: Sequence[Any] = ()
) -> tuple[Any, list[Any]]:
    """``f(*tensors)`` and the gradient of its (first) result with respect to each of `variables`, then of `tensors`.

    `f` reads the variables through layers or directly, and returns a scalar loss, or a tuple whose first element is one.
    What it assigns to variables (moving averages, random states, also to the given ones) stays assigned. Works eagerly
    and inside compiled steps, on every backend.

    >>> weight = pk.Variable([3.0])
    >>> loss, (gradient,) = pk.value_and_gradients(lambda: ops.sum(weight * weight), [weight])
    >>> float(loss), gradient.tolist()
    (9.0, [6.0])

    Raises `ArgumentError` without variables: layers have none before they are built.
    """
    if not variables and not tensors:
        raise ArgumentError(
            "value_and_gradients: there are no variables. A layer has them once it is built: begin a model with "
            "keras.Input, or call its build()."
        )
    values = [*(v.value for v in variables), *tensors]
    own = {id(v) for v in variables}
    assigned: list[Variable] = []
    single = False

    def run(xs: Sequence[Any]) -> tuple[Any, Any]:
        nonlocal single
        before = local.stateless or {}
        with StatelessScope(zip(variables, xs)) as scope:
            result = f(*xs[len(variables) :])
            changes = scope.changes(before, own)
            changes += [(v, new) for v, x in zip(variables, xs) if (new := scope.value_of(v)) is not x]
        single = not isinstance(result, tuple)
        loss, *rest = (result,) if single else result
        assigned[:] = [v for v, _ in changes]
        return loss, (rest, [value for _, value in changes])

    owner, default = dispatch.owner_of(values[0]), current_backend()
    engine: Any = default if owner is dispatch.HOST or default.absorbs else owner  # shapes alone absorb what has values
    (loss, (rest, changed)), gradients = engine.value_and_grad(run, has_aux=True)(values)
    for variable, value in zip(assigned, changed, strict=True):
        variable.assign(value)
    return (loss if single else (loss, *rest)), list(tree.flatten(gradients))

"""Gradients of functions of tensors, the same on every backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras import tree
from polykeras.errors import DtypeError
from polykeras.ops.control_flow import _engine
from polykeras.ops.conversion import convert_to_tensor, dtype


def _leaves(values: Any) -> tuple[list[Any], Any]:
    leaves, treedef = tree.flatten_with_treedef(tree.map_structure(convert_to_tensor, values))
    for leaf in leaves:
        if "float" not in dtype(leaf):
            raise DtypeError(f"Gradients are taken with respect to floating tensors, got dtype {dtype(leaf)}.")
    return leaves, treedef


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """A function that returns ``f(...)`` and its gradient with respect to the arguments at `argnums`.

    `f` returns a scalar tensor, or ``(scalar, aux)`` with `has_aux`. Arguments may be trees of floating tensors; a
    gradient has the structure of its argument. What `f` does not depend on has zero gradient.
    """
    single = isinstance(argnums, int)
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    def run(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        leaves, treedef = _leaves([args[i] for i in positions])

        def inner(xs: Sequence[Any]) -> Any:
            replaced = list(args)
            for i, value in zip(positions, tree.unflatten(treedef, xs), strict=True):
                replaced[i] = value
            return f(*replaced, **kwargs)

        value, grads = _engine(leaves, args).value_and_grad(inner, has_aux)(leaves)
        structured = tree.unflatten(treedef, grads)
        return value, structured[0] if single else tuple(structured)

    return run


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """As `value_and_grad`, without the value; with `has_aux`, ``(gradient, aux)``."""
    both = value_and_grad(f, argnums, has_aux)

    def run(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return run


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """``f(*primals)`` and the function from a cotangent, shaped like the result, to one gradient per primal."""
    leaves, treedef = _leaves(list(primals))
    result, pullback = _engine(leaves).vjp(lambda *xs: f(*tree.unflatten(treedef, xs)), leaves)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        return tuple(tree.unflatten(treedef, pullback(tree.map_structure(convert_to_tensor, cotangent))))

    return result, pull

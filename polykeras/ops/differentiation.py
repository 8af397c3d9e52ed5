"""Gradients of functions of tensors, the same on every backend."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from polykeras import tree
from polykeras.dtypes import COMPLEX, is_differentiable
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.ops.casting import cast
from polykeras.ops.control_flow import _engine, on_graphs
from polykeras.ops.conversion import convert_to_tensor, dtype


def _leaves(values: Any) -> tuple[list[Any], Any]:
    leaves, treedef = tree.flatten_with_treedef(tree.map_structure(convert_to_tensor, values))
    for leaf in leaves:
        if not is_differentiable(dtype(leaf)):
            raise DtypeError(
                f"Gradients are taken with respect to floating or complex tensors, got dtype {dtype(leaf)}."
            )
    return leaves, treedef


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """A function that returns ``f(...)`` and its gradient with respect to the arguments at `argnums`.

    `f` returns a scalar tensor, or ``(scalar, aux)`` with `has_aux`. Arguments may be trees of floating tensors; a
    gradient has the structure of its argument. What `f` does not depend on has zero gradient. The gradient by a complex
    ``a + ib`` is ``∂f/∂a + i ∂f/∂b``, the direction in which `f` grows most.
    """
    single = isinstance(argnums, int)
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    def run(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        leaves, treedef = _leaves([args[i] for i in positions])

        def inner(xs: Sequence[Any]) -> Any:
            replaced = list(args)
            for i, value in zip(positions, tree.unflatten(treedef, xs), strict=True):
                replaced[i] = value
            result = f(*replaced, **kwargs)
            kind = dtype(result[0] if has_aux else result)
            if kind in COMPLEX:
                raise DtypeError(f"Gradients are taken of a real value, got {kind}; take ops.real or ops.abs of it.")
            return result

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


@on_graphs
def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """``(fun(*primals), out_tangents)``: the derivative of `fun` along `tangents`, by forward mode.

    `primals` and `tangents` are lists or tuples that nest alike, of floating tensors of the same shapes; a tangent takes
    its primal's dtype. `out_tangents` is like the result; what is not floating there has zeros. With `has_aux`, `fun`
    returns ``(result, aux)``, and aux comes third.

    >>> y, dy = jvp(lambda x: x * x, (3.0,), (1.0,))
    """
    if not isinstance(primals, (list, tuple)) or not isinstance(tangents, (list, tuple)):
        raise ArgumentError(
            "jvp: primals and tangents must be lists or tuples with one entry per argument of fun, got "
            f"{type(primals).__name__} and {type(tangents).__name__}."
        )
    leaves, treedef = _leaves(list(primals))
    directions, given = tree.flatten_with_treedef(tree.map_structure(convert_to_tensor, list(tangents)))
    if given != treedef:
        raise ArgumentError(f"jvp: tangents must nest like primals, got {given}, wanted {treedef}.")
    for x, t in zip(leaves, directions, strict=True):
        if tuple(x.shape) != tuple(t.shape):
            raise ShapeError(f"jvp: a tangent must have its primal's shape {tuple(x.shape)}, got {tuple(t.shape)}.")
    directions = [cast(t, dtype(x)) for x, t in zip(leaves, directions, strict=True)]
    engine = _engine(leaves, directions)
    result, flat = engine.jvp(lambda *xs: fun(*tree.unflatten(treedef, xs)), leaves, directions)
    out = tree.pack_sequence_as(result, flat)
    return (result[0], out[0], result[1]) if has_aux else (result, out)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the value of ``f(*args)[0]`` and the gradient that ``f(*args)[1]`` says.

    ``f(*args) -> (outputs, grad_fn)``. ``grad_fn(upstream)`` gets the gradients by `outputs`, a tree like them, and
    returns one gradient per floating leaf of `args`, or None for zeros; a single tensor if there is one. A `grad_fn`
    written as ``grad(*args, upstream)``, its `upstream` by keyword only and required, gets the arguments too.
    Keyword arguments are constants. The gradient can be differentiated again.

    >>> @custom_gradient
    ... def clipped(x):
    ...     return x, lambda upstream: ops.clip(upstream, -1, 1)
    """

    @on_graphs
    @wraps(f)
    def run(*args: Any, **kwargs: Any) -> Any:
        leaves, treedef = tree.flatten_with_treedef(tree.map_structure(convert_to_tensor, args))
        floating = [i for i, x in enumerate(leaves) if is_differentiable(dtype(x))]

        def inner(*xs: Any) -> tuple[Any, Callable[[Any], list[Any]]]:
            replaced = list(leaves)
            for i, x in zip(floating, xs, strict=True):
                replaced[i] = x
            given = tree.unflatten(treedef, replaced)
            result = f(*given, **kwargs)
            if not (isinstance(result, tuple) and len(result) == 2 and callable(result[1])):
                raise ArgumentError(
                    f"custom_gradient: {getattr(f, '__name__', f)} must return (outputs, grad_fn), got {type(result).__name__}."
                )
            outputs, grad_fn = result
            return tree.map_structure(convert_to_tensor, outputs), lambda g: _gradients_of(grad_fn, given, g, leaves, floating)

        return _engine([leaves[i] for i in floating], leaves).custom_gradient(inner, [leaves[i] for i in floating])

    return run


def _gradients_of(
    grad_fn: Callable[..., Any], args: Sequence[Any], upstream: Any, leaves: Sequence[Any], floating: Sequence[int]
) -> list[Any]:
    """What the user's `grad_fn` returns, as one gradient or None per floating leaf, checked."""
    keyword = inspect.signature(grad_fn).parameters.get("upstream")
    needs = keyword is not None and keyword.kind is keyword.KEYWORD_ONLY and keyword.default is keyword.empty
    found = grad_fn(*args, upstream=upstream) if needs else grad_fn(upstream)
    flat = tree.flatten(list(found) if isinstance(found, (list, tuple)) else [found])
    if len(flat) == len(leaves):
        flat = [flat[i] for i in floating]
    if len(flat) != len(floating):
        raise ArgumentError(
            f"custom_gradient: the gradient function returned {len(flat)} gradients for {len(floating)} floating tensors."
        )
    for i, g in zip(floating, flat, strict=True):
        if g is not None and tuple(g.shape) != tuple(leaves[i].shape):
            raise ShapeError(
                f"custom_gradient: gradient {i} must have its argument's shape {tuple(leaves[i].shape)}, got {tuple(g.shape)}."
            )
    return [None if g is None else cast(g, dtype(leaves[i])) for i, g in zip(floating, flat, strict=True)]

"""Rules of matrix products and contractions."""

from __future__ import annotations

from typing import Any

from polykeras.gradients.table import reshaped, rule, unbroadcast
from polykeras.ops.movement import broadcast_to, expand_dims, reshape, swapaxes
from polykeras.ops.products import contract, matmul


def _matrix_gradient(g: Any, rank1: int, rank2: int) -> Any:
    """g with the axes that matmul gives to vectors for the time of the product."""
    if rank2 == 1:
        g = expand_dims(g, -1)
    return expand_dims(g, -2) if rank1 == 1 else g


def _left(out: Any, x1: Any, x2: Any) -> Any:
    shape, rank2 = tuple(x1.shape), len(x2.shape)
    matrix = (1, *shape) if len(shape) == 1 else shape

    def pull(g: Any) -> Any:
        b = expand_dims(x2, 1) if rank2 == 1 else x2
        full = matmul(_matrix_gradient(g, len(shape), rank2), swapaxes(b, -1, -2))
        return reshaped(unbroadcast(full, matrix), shape)

    return pull


def _right(out: Any, x1: Any, x2: Any) -> Any:
    shape, rank1 = tuple(x2.shape), len(x1.shape)
    matrix = (*shape, 1) if len(shape) == 1 else shape

    def pull(g: Any) -> Any:
        a = expand_dims(x1, 0) if rank1 == 1 else x1
        g = _matrix_gradient(g, rank1, len(shape))
        if len(matrix) == 2 and len(a.shape) > 2:  # one product over all the rows, rather than a sum of products
            a = reshape(a, (-1, tuple(a.shape)[-1]))
            g = reshape(g, (-1, tuple(g.shape)[-1]))
        return reshaped(unbroadcast(matmul(swapaxes(a, -1, -2), g), matrix), shape)

    return pull


rule("matmul", x1=_left, x2=_right)


def _contract(out: Any, equation: str, operands: Any) -> Any:
    inputs, _, output = equation.partition("->")
    terms = inputs.split(",")
    shapes = [tuple(x.shape) for x in operands]
    kept = list(operands)

    def pull(g: Any) -> list[Any]:
        return [_one(g, i) for i in range(len(terms))]

    def _one(g: Any, i: int) -> Any:
        others = [(t, x) for j, (t, x) in enumerate(zip(terms, kept, strict=True)) if j != i]
        known = set(output).union(*(t for t, _ in others)) if others else set(output)
        reachable = "".join(c for c in terms[i] if c in known)
        left = ",".join([output, *(t for t, _ in others)])
        grad = contract(f"{left}->{reachable}", [g, *(x for _, x in others)])
        if reachable != terms[i]:  # axes that were only summed over: the gradient is the same along them
            shape = tuple(d if c in known else 1 for c, d in zip(terms[i], shapes[i], strict=True))
            grad = broadcast_to(reshape(grad, shape), shapes[i])
        return unbroadcast(grad, shapes[i])

    return pull


rule("contract", operands=_contract)

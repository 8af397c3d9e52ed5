"""Rules of reductions and running sums and products."""

from __future__ import annotations

from typing import Any

from polykeras.gradients.table import reshaped, rule
from polykeras.ops import rules
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import divide, multiply
from polykeras.ops.indexing import where
from polykeras.ops.joining import concatenate
from polykeras.ops.movement import broadcast_to, flip, reshape, transpose
from polykeras.ops.reductions import cumulative_prod, cumulative_sum, sum_


def _kept(shape: tuple[int, ...], axis: Any) -> tuple[int, ...]:
    return rules.reduced(shape, axis, True)


def _sum(out: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    shape = tuple(x.shape)
    return lambda g: broadcast_to(reshaped(g, _kept(shape, axis)), shape)


def extreme(out: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    shape = _kept(tuple(x.shape), axis)

    def pull(g: Any) -> Any:
        winners = cast(equal(x, reshape(out, shape)), dtype(g))
        return multiply(divide(reshape(g, shape), sum_(winners, axis, True)), winners)

    return pull


def _others(x: Any) -> Any:
    """For each element along the last axis, the product of all the others: no division, so zeros are fine."""
    one = x[..., :1] * 0 + 1
    before = cumulative_prod(concatenate([one, x[..., :-1]], -1), -1)
    after = flip(cumulative_prod(concatenate([one, flip(x, -1)[..., :-1]], -1), -1), -1)
    return multiply(before, after)


def _prod(out: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    shape = tuple(x.shape)
    axes = rules.axes_of(axis, len(shape))
    rest = tuple(a for a in range(len(shape)) if a not in axes)
    order = rest + axes
    back = tuple(order.index(a) for a in range(len(shape)))

    def pull(g: Any) -> Any:
        if not axes or rules.size_of(shape) == 0:
            return broadcast_to(reshaped(g, _kept(shape, axis)), shape)
        moved = transpose(x, order)
        flat = reshape(moved, (*tuple(moved.shape)[: len(rest)], rules.size_of([shape[a] for a in axes])))
        others = transpose(reshape(_others(flat), tuple(moved.shape)), back)
        return multiply(reshape(g, _kept(shape, axis)), others)

    return pull


def _reversed_sum(x: Any, axis: int) -> Any:
    return flip(cumulative_sum(flip(x, axis), axis), axis)


def _cumulative_prod(out: Any, x: Any, axis: int) -> Any:
    axis = rules.axis_of(axis, len(x.shape))
    n = tuple(x.shape)[axis]

    def pull(g: Any) -> Any:
        if n == 0:
            return g
        # d out[k] / d x[i] = (product of x[:i]) (product of x[i+1:k+1]) for k >= i; the second factor for all pairs
        # (i, k) at once is a running product of x with everything up to i replaced by 1. No division: zeros are fine.
        import numpy as np

        rank = len(x.shape)
        after = np.triu(np.ones((n, n), bool), 1)  # [i, k]: k > i
        upto = np.triu(np.ones((n, n), bool))  # k >= i
        pair = (1,) * axis + (n, n) + (1,) * (rank - axis - 1)
        shape = tuple(x.shape)
        wide = reshape(x, (*shape[:axis], 1, n, *shape[axis + 1 :]))
        tails = cumulative_prod(where(after.reshape(pair), wide, 1), axis + 1)
        tails = where(upto.reshape(pair), tails, 0)
        inner = sum_(multiply(tails, reshape(g, (*shape[:axis], 1, n, *shape[axis + 1 :]))), axis + 1)
        first = [slice(None)] * rank
        first[axis] = slice(0, 1)
        rest = list(first)
        rest[axis] = slice(0, n - 1)
        before = cumulative_prod(concatenate([x[tuple(first)] * 0 + 1, x[tuple(rest)]], axis), axis)
        return multiply(before, inner)

    return pull


rule("sum", x=_sum)
rule("product", x=_prod)
rule("amax", x=extreme)
rule("amin", x=extreme)
rule("cumulative_sum", x=lambda out, x, axis: lambda g: _reversed_sum(g, axis))
rule("cumulative_prod", x=_cumulative_prod)

"""The LU factorization column by column, for libraries that have none or give up on singular matrices."""

from __future__ import annotations

from typing import Any


def lu_by_columns(x: Any) -> tuple[Any, Any]:
    """The results of the op `lu_factor`, in a loop over the columns of x, ``(..., n, n)``."""
    import numpy as np

    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import equal, greater, greater_equal
    from polykeras.ops.control_flow import fori_loop
    from polykeras.ops.elementwise import abs_, divide, multiply, subtract
    from polykeras.ops.indexing import where
    from polykeras.ops.movement import expand_dims
    from polykeras.ops.reductions import argmax, sum_

    n = tuple(x.shape)[-1]
    order = np.arange(n, dtype="int32")

    def row(a: Any, here: Any) -> Any:
        """The row of each matrix that stands `here`, that axis kept."""
        return sum_(where(expand_dims(here, -1), a, 0), -2, True)

    def step(k: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
        a, pivots = state
        at_k = equal(order, k)
        column = sum_(where(at_k, a, 0), -1)
        p = cast(argmax(where(greater_equal(order, k), abs_(column), -1), -1), "int32")
        at_p = equal(order, expand_dims(p, -1))
        upper = row(a, at_p)
        a = where(expand_dims(at_k, -1), upper, where(expand_dims(at_p, -1), row(a, at_k), a))
        below = expand_dims(greater(order, k), -1)
        pivot = sum_(where(at_k, upper, 0), -1, True)
        zero = equal(pivot, 0)  # then all below it is zero too
        column = sum_(where(at_k, a, 0), -1, True)
        factors = where(below, where(zero, 0, divide(column, where(zero, 1, pivot))), 0)
        a = subtract(a, multiply(factors, where(greater(order, k), upper, 0)))
        a = where(at_k, where(below, factors, a), a)
        return a, where(at_k, expand_dims(p, -1), pivots)

    return fori_loop(0, n, step, (x, cast(multiply(x[..., 0], 0), "int32")))  # type: ignore[no-any-return]

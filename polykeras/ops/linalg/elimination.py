"""The LU factorization column by column, and what is computed with it, for libraries that give up on singular matrices."""

from __future__ import annotations

from typing import Any


def lu_by_columns(x: Any) -> tuple[Any, Any]:
    """The results of the op `lu_factor`, in a loop over the columns of x, ``(..., n, n)``."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import equal, greater, greater_equal
    from polykeras.ops.control_flow import fori_loop
    from polykeras.ops.creation import range_
    from polykeras.ops.elementwise import abs_, divide, multiply, subtract
    from polykeras.ops.indexing import where
    from polykeras.ops.movement import expand_dims
    from polykeras.ops.reductions import argmax, sum_

    n = tuple(x.shape)[-1]
    order = range_(0, n, 1, "int32")

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


def exchanges(pivots: Any, dtype: str) -> Any:
    """The permutation matrices P with ``P x == L U``, from the exchanges of rows that `lu_factor` names."""
    from polykeras.ops.casting import cast, stop_gradient
    from polykeras.ops.comparison import equal
    from polykeras.ops.control_flow import fori_loop
    from polykeras.ops.creation import range_
    from polykeras.ops.elementwise import add, multiply
    from polykeras.ops.indexing import where
    from polykeras.ops.movement import expand_dims
    from polykeras.ops.reductions import sum_

    n = tuple(pivots.shape)[-1]
    order = range_(0, n, 1, "int32")
    pivots = stop_gradient(pivots)

    def picked(values: Any, here: Any) -> Any:
        """The one of the integers that stands `here`, its axis kept."""
        return sum_(where(here, values, 0), -1, True)

    def exchange(k: Any, rows: Any) -> Any:
        here = equal(order, k)
        there = equal(order, picked(pivots, here))
        return where(here, picked(rows, there), where(there, picked(rows, here), rows))

    rows = fori_loop(0, n, exchange, add(multiply(pivots, 0), order))
    return cast(equal(expand_dims(rows, -1), order), dtype)


def solved_by_columns(a: Any, b: Any) -> Any:
    """x with ``a @ x == b``; NaN where a pivot is zero."""
    from polykeras.ops.conversion import dtype
    from polykeras.ops.indexing import where
    from polykeras.ops.linalg.solving import triangular_solve
    from polykeras.ops.matrices import on_diagonal
    from polykeras.ops.products import matmul

    lu, pivots = lu_by_columns(a)
    n = tuple(a.shape)[-1]
    unit = where(on_diagonal(n, n), 1, lu)
    y = triangular_solve(unit, matmul(exchanges(pivots, dtype(b)), b), True)
    return triangular_solve(lu, y, False)


def volume_by_columns(x: Any) -> tuple[Any, Any, Any]:
    """The determinant, its sign, and the logarithm of its size."""
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import abs_, log, multiply, sign
    from polykeras.ops.linalg.volumes import exchanges_sign
    from polykeras.ops.matrices import diagonal
    from polykeras.ops.reductions import prod, sum_

    lu, pivots = lu_by_columns(x)
    scale, exchanged = diagonal(lu, 0, -2, -1), exchanges_sign(pivots, dtype(x))
    size = sum_(log(abs_(scale)), -1)
    return multiply(exchanged, prod(scale, -1)), multiply(exchanged, prod(sign(scale), -1)), size

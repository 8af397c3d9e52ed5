"""Triangles and diagonals of matrices, and products that are no sums of products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.policies import ACCUMULATE_OR_COMPLEX, KEEP, NUMBER, NUMBER_OR_COMPLEX, SAME_OR_COMPLEX
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def on_diagonal(rows: int, columns: int, k: int = 0) -> Tensor:
    """A mask of the k-th diagonal of a matrix."""
    from polykeras.ops.comparison import equal

    return equal(*_positions(rows, columns, k))


def up_to_diagonal(rows: int, columns: int, k: int = 0) -> Tensor:
    """A mask of what is on and below the k-th diagonal of a matrix."""
    from polykeras.ops.comparison import greater_equal

    return greater_equal(*_positions(rows, columns, k))


def _positions(rows: int, columns: int, k: int) -> tuple[Tensor, Tensor]:
    """Numbers of the rows, as a column, k added, and of the columns, as a row: equal on the k-th diagonal."""
    from polykeras.ops.creation import range_
    from polykeras.ops.movement import reshape

    # Made by the backend, on its device, and not a constant from the host, which would have to be sent there.
    return reshape(range_(k, k + rows, 1, "int32"), (rows, 1)), reshape(range_(0, columns, 1, "int32"), (1, columns))


def _triangle(x: Tensor, k: int, op: str, below: bool) -> Tensor:
    """x with zeros above its k-th diagonal, or below its (k+1)-th."""
    from polykeras.ops.indexing import where

    shape = tuple(x.shape)
    if len(shape) < 2:
        raise ShapeError(f"{op}: x must be a matrix or a batch of them, got shape {shape}.")
    lower = up_to_diagonal(shape[-2], shape[-1], k)
    return where(lower, x, 0) if below else where(lower, 0, x)


def _triangle_cases(s: Any) -> list[Any]:
    return [s(s.real(3, 4)), s(s.real(2, 3, 2), k=1), s(s.real(3, 3), k=-1), s(s.bools(2, 2)), s(s.real(0, 2))]


@composite(KEEP, samples=_triangle_cases)
def tril(x: Tensor, k: int = 0) -> Tensor:
    """Each matrix of ``(..., m, n)`` with zeros above its k-th diagonal."""
    return _triangle(x, k, "tril", True)


@composite(KEEP, samples=_triangle_cases)
def triu(x: Tensor, k: int = 0) -> Tensor:
    """Each matrix of ``(..., m, n)`` with zeros below its k-th diagonal."""
    return _triangle(x, k - 1, "triu", False)


# ---- diagonals -------------------------------------------------------------------------------------------------------


def _diagonal_cases(s: Any) -> list[Any]:
    return [
        s(s.real(3, 4)),
        s(s.real(3, 2), offset=-1),
        s(s.real(2, 3, 4), offset=1, axis1=-1, axis2=0),
        s(s.ints(2, 3), offset=7),
        s(s.real(2, 0, 3), axis1=1, axis2=2),
    ]


@composite(KEEP, samples=_diagonal_cases)
def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The elements whose index along `axis2` is that along `axis1` plus `offset`, as a new last axis in place of the two.

    It is empty for an offset beyond the matrix. Raises `ArgumentError` unless x has two such axes.
    """
    from polykeras.ops.indexing import strided_slice
    from polykeras.ops.movement import moveaxis, reshape

    x = moveaxis(x, rules.axes_of((axis1, axis2), len(x.shape)), (-2, -1))
    *batch, m, n = tuple(x.shape)
    row, column = max(-offset, 0), max(offset, 0)
    size = max(min(m - row, n - column), 0)
    if size == 0:
        row = column = 0
    # Cut to a square, the diagonal is every (size + 1)-th element.
    start, stop = [0] * len(batch), list(batch)
    ones = [1] * len(batch)
    x = strided_slice(x, (*start, row, column), (*stop, row + size, column + size), (*ones, 1, 1))
    flat = reshape(x, (*batch, size * size))
    return strided_slice(flat, (*start, 0), (*stop, size * size), (*ones, size + 1))


@composite(
    ACCUMULATE_OR_COMPLEX,
    samples=lambda s: [s(s.real(3, 4)), s(s.real(2, 3, 4), 1, 1, -1), s(s.ints(3, 2), -1), s(s.real(0, 3))],
)
def trace(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The sum of `diagonal`. Small integers are summed in 32 bits."""
    from polykeras.ops.reductions import sum_

    return sum_(diagonal(x, offset, axis1, axis2), -1)


def _diag_cases(s: Any) -> list[Any]:
    return [s(s.real(3)), s(s.real(2), k=1), s(s.ints(2), k=-2), s(s.real(2, 3)), s(s.real(3, 2), k=-1), s(s.real(0))]


@composite(KEEP, samples=_diag_cases)
def diag(x: Tensor, k: int = 0) -> Tensor:
    """A matrix with the vector x on its k-th diagonal and zeros elsewhere, or the k-th diagonal of the matrix x.

    Raises `ShapeError` for other ranks.
    """
    from polykeras.ops.indexing import where
    from polykeras.ops.movement import expand_dims, pad_constant

    if len(x.shape) == 2:
        return diagonal(x, k)
    if len(x.shape) != 1:
        raise ShapeError(f"diag: x must be a vector or a matrix, got shape {tuple(x.shape)}.")
    (n,) = tuple(x.shape)
    size = n + abs(k)
    # Above the diagonal the i-th element is in row i, below it in column i.
    line = pad_constant(x, ((0, abs(k)),), 0)
    return where(on_diagonal(size, size, k), expand_dims(line, 1 if k >= 0 else 0), 0)


@composite(KEEP, samples=lambda s: [s(s.real(2, 2)), s(s.real(), k=1), s(s.ints(2), k=-1)])
def diagflat(x: Tensor, k: int = 0) -> Tensor:
    """A matrix with the elements of x, in row-major order, on its k-th diagonal and zeros elsewhere."""
    from polykeras.ops.movement import ravel

    return diag(ravel(x), k)


# ---- products --------------------------------------------------------------------------------------------------------


def _cross_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), s.real(2, 3)),
        s(s.real(3), s.real(2, 3)),
        s(s.real(2), s.real(2)),
        s(s.real(4, 2), s.real(4, 3)),
        s(s.real(3, 2), s.real(2, 3), axisa=0, axisc=0),
        s(s.real(3, 2), s.real(3, 2), axis=0),
    ]


@composite(NUMBER_OR_COMPLEX, samples=_cross_cases)
def cross(x1: Tensor, x2: Tensor, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Tensor:
    """The vector product of vectors with three components, or two, where the third is zero.

    Args:
        x1: the vectors run along `axisa`.
        x2: likewise along `axisb`. The other axes broadcast.
        axisa: see x1.
        axisb: see x2.
        axisc: the axis of the result's vectors. If x1 and x2 have two components there is none: it is their third one.
        axis: overrides all three.

    Raises `ShapeError` for other numbers of components.
    """
    from polykeras.ops.elementwise import multiply, negative, subtract
    from polykeras.ops.joining import stack
    from polykeras.ops.movement import moveaxis

    if axis is not None:
        axisa = axisb = axisc = axis
    for name, x, a in (("x1", x1, axisa), ("x2", x2, axisb)):
        if not len(x.shape) or tuple(x.shape)[rules.axis_of(a, len(x.shape))] not in (2, 3):
            raise ShapeError(
                f"cross: {name} must have two or three components along axis {a}, got shape {tuple(x.shape)}."
            )
    a, b = moveaxis(x1, axisa, -1), moveaxis(x2, axisb, -1)
    a0, a1, b0, b1 = a[..., 0], a[..., 1], b[..., 0], b[..., 1]
    third = subtract(multiply(a0, b1), multiply(a1, b0))
    flat1, flat2 = tuple(a.shape)[-1] == 2, tuple(b.shape)[-1] == 2
    if flat1 and flat2:
        return third
    if flat1:
        first, second = multiply(a1, b[..., 2]), negative(multiply(a0, b[..., 2]))
    elif flat2:
        first, second = negative(multiply(a[..., 2], b1)), multiply(a[..., 2], b0)
    else:
        first = subtract(multiply(a1, b[..., 2]), multiply(a[..., 2], b1))
        second = subtract(multiply(a[..., 2], b0), multiply(a0, b[..., 2]))
    return moveaxis(stack([first, second, third], -1), -1, axisc)


def _kron_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), s.real(2, 2)),
        s(s.real(2), s.real(3, 2)),
        s(s.real(), s.real(2)),
        s(s.ints(2, 1), s.ints(2)),
    ]


@composite(SAME_OR_COMPLEX, samples=_kron_cases)
def kron(x1: Tensor, x2: Tensor) -> Tensor:
    """Kronecker's product: x1 with every element replaced by x2 times it. Ranks are made equal by leading axes of size 1."""
    from polykeras.ops.elementwise import multiply
    from polykeras.ops.movement import reshape

    rank = max(len(x1.shape), len(x2.shape))
    a = (1,) * (rank - len(x1.shape)) + tuple(x1.shape)
    b = (1,) * (rank - len(x2.shape)) + tuple(x2.shape)
    wide = multiply(reshape(x1, _interleaved(a, (1,) * rank)), reshape(x2, _interleaved((1,) * rank, b)))
    return reshape(wide, tuple(m * n for m, n in zip(a, b, strict=True)))


def _interleaved(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    return tuple(d for pair in zip(first, second, strict=True) for d in pair)


def _vander_cases(s: Any) -> list[Any]:
    return [s(s.real(3)), s(s.real(2), N=4), s(s.ints(3), N=2, increasing=True), s(s.real(2), N=0)]


@composite(NUMBER, samples=_vander_cases)
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """Powers of the elements of the vector x in rows, `N` of them (by default as many as x has), 0 first if `increasing`.

    0 to the power 0 is 1. Raises `ShapeError` unless x is a vector, `ArgumentError` for a negative `N`.
    """
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import range_
    from polykeras.ops.elementwise import power
    from polykeras.ops.movement import expand_dims

    if len(x.shape) != 1:
        raise ShapeError(f"vander: x must be a vector, got shape {tuple(x.shape)}.")
    (n,) = tuple(x.shape)
    count = n if N is None else N
    if count < 0:
        raise ArgumentError(f"vander: N must not be negative, got {N}.")
    exponents = range_(0, count, 1, dtype(x)) if increasing else range_(count - 1, -1, -1, dtype(x))
    return power(expand_dims(x, 1), expand_dims(exponents, 0))

"""Systems of linear equations, inverses, least squares."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ShapeError
from polykeras.ops import rules
from polykeras.ops.hosting import on_host
from polykeras.ops.linalg.shapes import SAMPLED, identity_like, matrix, square, transposed
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def invertible(s: Any, *shape: int) -> Any:
    """A sample of matrices far from singular."""
    import numpy as np

    return s.real(*shape) + 4 * np.eye(shape[-1])


def _system_rule(a: Any, b: Any, lower: bool = False) -> Any:
    batch, n = square(a, "a")
    if tuple(b.shape[:-1]) != (*batch, n):
        raise ShapeError(f"b must have shape {(*batch, n, 'k')} for a of shape {tuple(a.shape)}, got {tuple(b.shape)}")
    return rules.tensor(b.shape, a.dtype)


def _system_cases(s: Any) -> list[Any]:
    return [
        s(invertible(s, 3, 3), s.real(3, 2), dtypes=SAMPLED),
        s(invertible(s, 2, 2, 2), s.real(2, 2, 1), dtypes=SAMPLED),
        s(s.real(0, 0), s.real(0, 2)),
    ]


@primitive(FLOAT, shape=_system_rule, samples=_system_cases, host=on_host("linear_solve"))
def linear_solve(a: Tensor, b: Tensor) -> Tensor:
    """`solve` for b of shape ``(..., n, k)``, a and b having the same batch."""


def _triangular_cases(s: Any) -> list[Any]:
    return [
        s(invertible(s, 3, 3), s.real(3, 2), False, dtypes=SAMPLED),
        s(invertible(s, 2, 2, 2), s.real(2, 2, 1), True, dtypes=SAMPLED),
        s(s.real(0, 0), s.real(0, 2), False),
    ]


@primitive(FLOAT, shape=_system_rule, samples=_triangular_cases, host=on_host("triangular_solve"))
def triangular_solve(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    """`solve_triangular` for b of shape ``(..., n, k)``, a and b having the same batch."""


def _with_columns(a: Tensor, b: Tensor, rows: int) -> tuple[Tensor, Tensor, bool]:
    """a and b of one batch, b as columns, and whether it was one vector for each matrix."""
    from polykeras.ops.movement import broadcast_to, expand_dims

    vectors = len(b.shape) == len(a.shape) - 1
    if vectors:
        b = expand_dims(b, -1)
    batch, (n, k) = tuple(b.shape)[:-2], tuple(b.shape)[-2:] if len(b.shape) >= 2 else (0, 0)
    if len(b.shape) < 2 or n != rows:
        raise ShapeError(f"b must have {rows} rows for a of shape {tuple(a.shape)}, got shape {tuple(b.shape)}")
    common = rules.broadcast(tuple(a.shape)[:-2], batch)
    return broadcast_to(a, common + tuple(a.shape)[-2:]), broadcast_to(b, (*common, n, k)), vectors


def _as_given(x: Tensor, vectors: bool) -> Tensor:
    from polykeras.ops.movement import squeeze

    return squeeze(x, -1) if vectors else x


def _solve_cases(s: Any) -> list[Any]:
    return [
        s(invertible(s, 3, 3), s.real(3), dtypes=SAMPLED),
        s(invertible(s, 2, 2), s.real(3, 2, 1)),
        s(invertible(s, 2, 2, 2), s.real(2, 2)),
    ]


@composite(FLOAT, samples=_solve_cases)
def solve(a: Tensor, b: Tensor) -> Tensor:
    """x with ``a @ x == b``, for a of shape ``(..., n, n)``; NaN for each matrix that is singular.

    b is ``(..., n)``, one vector for each matrix, if it has one axis less than a, else ``(..., n, k)``. Batches broadcast.
    Singular is a matrix in whose elimination with row exchanges a pivot is exactly zero. Raises `ShapeError`.
    """
    a, b, vectors = _with_columns(a, b, square(a, "a")[1])
    return _as_given(linear_solve(a, b), vectors)


@composite(
    FLOAT, samples=lambda s: [s(invertible(s, 3, 3), s.real(3)), s(invertible(s, 2, 2), s.real(2, 1), lower=True)]
)
def solve_triangular(a: Tensor, b: Tensor, lower: bool = False) -> Tensor:
    """As `solve`, for the upper triangle of a, or the lower one; the rest is not read. A zero on the diagonal: NaN."""
    a, b, vectors = _with_columns(a, b, square(a, "a")[1])
    return _as_given(triangular_solve(a, b, lower), vectors)


@composite(
    FLOAT, samples=lambda s: [s(invertible(s, 3, 3), dtypes=SAMPLED), s(invertible(s, 2, 2, 2)), s(s.real(0, 0))]
)
def inv(x: Tensor) -> Tensor:
    """The inverse of each matrix of ``(..., n, n)``; NaN where it is singular (see `solve`)."""
    return linear_solve(x, identity_like(x))


@composite(FLOAT, samples=lambda s: [s(invertible(s, 3, 3), dtypes=SAMPLED), s(invertible(s, 2, 2), upper=True)])
def cholesky_inverse(x: Tensor, upper: bool = False) -> Tensor:
    """The inverse of the matrix whose Cholesky factor is the lower triangle of x, or its upper one if `upper`."""
    from polykeras.ops.products import matmul

    factor = triangular_solve(x, identity_like(x), not upper)
    return matmul(factor, transposed(factor)) if upper else matmul(transposed(factor), factor)


def _pinv_rule(x: Any, rcond: float | None = None) -> Any:
    batch, m, n = matrix(x)
    return rules.tensor((*batch, n, m), x.dtype)


@primitive(
    FLOAT,
    shape=_pinv_rule,
    samples=lambda s: [s(s.real(3, 2), dtypes=SAMPLED), s(s.real(2, 2, 3), 1e-3, dtypes=SAMPLED), s(s.real(0, 2))],
    host=on_host("pinv"),
)
def pinv(x: Tensor, rcond: float | None = None) -> Tensor:
    """The pseudo-inverse of Moore and Penrose, ``(..., n, m)`` for x of shape ``(..., m, n)``.

    Singular values up to `rcond` times the largest one count as zero; the default is max(m, n) times the distance from
    1 to the next number. The gradient (Golub and Pereyra 1973) is that with the rank held fixed.
    """


def _lstsq_cases(s: Any) -> list[Any]:
    return [
        s(s.real(3, 2), s.real(3), dtypes=SAMPLED[:4]),
        s(s.real(2, 3), s.real(2, 2)),
        s(s.real(2, 2, 1), s.real(2, 2)),
    ]


@composite(FLOAT, samples=_lstsq_cases)
def lstsq(a: Tensor, b: Tensor, rcond: float | None = None) -> Tensor:
    """The x that makes ``a @ x - b`` smallest in the 2-norm; of several, the smallest one.

    Args:
        a: ``(..., m, n)``.
        b: ``(..., m)`` or ``(..., m, k)``, as in `solve`.
        rcond: singular values of a up to this times the largest one count as zero; None as in `pinv`.
    """
    from polykeras.ops.products import matmul

    a, b, vectors = _with_columns(a, b, matrix(a, "a")[1])
    return _as_given(matmul(pinv(a, rcond), b), vectors)

"""Factorizations of matrices."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.hosting import on_host
from polykeras.ops.linalg.shapes import SAMPLED, matrix, same_square, square, transposed
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def positive_definite(s: Any, *shape: int) -> Any:
    """A sample of such matrices."""
    import numpy as np

    x = s.real(*shape)
    return x @ np.swapaxes(x, -1, -2) + 2 * np.eye(shape[-1])


@primitive(
    FLOAT,
    shape=same_square,
    samples=lambda s: [
        s(positive_definite(s, 3, 3), dtypes=SAMPLED),
        s(positive_definite(s, 2, 2, 2), True, dtypes=SAMPLED),
        s(s.real(0, 0), dtypes=SAMPLED),
    ],
    host=on_host("cholesky"),
)
def cholesky(x: Tensor, upper: bool = False) -> Tensor:
    """The lower triangular L with ``L @ L.T == x`` and a positive diagonal, or its transpose if `upper`.

    Of `x`, ``(..., n, n)``, the symmetric part ``(x + x.T) / 2`` is taken. Where that is not positive definite, the
    triangle is NaN. Raises `ShapeError` if `x` is not square.
    """


def _qr_rule(x: Any) -> Any:
    batch, m, n = matrix(x)
    if m < n:
        raise ShapeError(f"x must have at least as many rows as columns, got shape {tuple(x.shape)}")
    return rules.tensor(x.shape, x.dtype), rules.tensor((*batch, n, n), x.dtype)


@primitive(
    FLOAT,
    shape=_qr_rule,
    samples=lambda s: [s(s.real(4, 2), dtypes=SAMPLED), s(s.real(2, 2, 2), dtypes=SAMPLED), s(s.real(3, 0))],
    host=on_host("thin_qr"),
)
def thin_qr(x: Tensor) -> Any:
    """``q, r`` of `qr` for `x` of shape ``(..., m, n)`` with m at least n: ``(..., m, n)`` and ``(..., n, n)``."""


def _qr_cases(s: Any) -> list[Any]:
    return [
        s(s.real(3, 2), dtypes=SAMPLED),
        s(s.real(2, 3)),
        s(s.real(3, 1), mode="complete"),
        s(s.real(2, 3), mode="complete"),
    ]


@composite(FLOAT, samples=_qr_cases)
def qr(x: Tensor, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """``q, r`` with ``q @ r == x``, orthonormal columns of q and r upper triangular with a diagonal that is not negative.

    Args:
        x: ``(..., m, n)``.
        mode: ``"reduced"``, where q has min(m, n) columns, or ``"complete"``, where it is ``(..., m, m)``. The columns
            beyond n are then the last m - n unit vectors made orthogonal to those before them, one after the other.

    Raises `ArgumentError` for another mode.
    """
    from polykeras.ops.joining import concatenate
    from polykeras.ops.movement import pad_constant
    from polykeras.ops.products import matmul

    if mode not in ("reduced", "complete"):
        raise ArgumentError(f"qr: mode must be 'reduced' or 'complete', got {mode!r}.")
    batch, m, n = matrix(x)
    if m < n:
        q, r = thin_qr(x[..., :m])
        return q, concatenate([r, matmul(transposed(q), x[..., m:])], -1)
    q, r = thin_qr(x)
    if mode == "reduced" or m == n:
        return q, r
    return _completed(q), pad_constant(r, ((0, 0),) * len(batch) + ((0, m - n), (0, 0)), 0)


def _completed(q: Tensor) -> Tensor:
    """Orthonormal columns, followed by what makes them a basis."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype
    from polykeras.ops.joining import concatenate
    from polykeras.ops.matrices import on_diagonal
    from polykeras.ops.movement import broadcast_to

    batch, m, n = matrix(q)
    if m == n:
        return q
    units = broadcast_to(cast(on_diagonal(m, m - n, -n), dtype(q)), (*batch, m, m - n))
    full, _ = thin_qr(concatenate([q, units], -1))
    return concatenate([q, full[..., n:]], -1)


def _svd_rule(x: Any) -> Any:
    batch, m, n = matrix(x)
    k = min(m, n)
    return tuple(rules.tensor((*batch, *shape), x.dtype) for shape in ((m, k), (k,), (k, n)))


@primitive(
    FLOAT,
    shape=_svd_rule,
    samples=lambda s: [s(s.real(3, 2), dtypes=SAMPLED), s(s.real(2, 2, 3), dtypes=SAMPLED), s(s.real(0, 3))],
    host=on_host("thin_svd"),
)
def thin_svd(x: Tensor) -> Any:
    """``u, s, vh`` of `svd` with k = min(m, n) columns of u and rows of vh."""


def _svd_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 2), dtypes=SAMPLED),
        s(s.real(3, 2)),
        s(s.real(2, 2, 3), full_matrices=False),
        s(s.real(2, 3), compute_uv=False),
    ]


@composite(FLOAT, samples=_svd_cases)
def svd(x: Tensor, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """``u, s, vh`` with ``x == (u[..., :k] * s) @ vh[:k]``, k = min(m, n), or s alone.

    Args:
        x: ``(..., m, n)``.
        full_matrices: u is ``(..., m, m)`` and vh ``(..., n, n)``, else ``(..., m, k)`` and ``(..., k, n)``. The vectors
            beyond k are found as in `qr` with ``mode="complete"``.
        compute_uv: False gives s only.

    s is descending and not negative. In each column of u, the first entry whose size is more than 0.3 of the largest
    one's is positive. The gradient by vectors that belong to equal singular values, or to zero, leaves out what would
    mix them: it is right for functions that do not depend on their choice.
    """
    u, s, vh = thin_svd(x)
    if not compute_uv:
        return s
    if full_matrices:
        return _completed(u), s, transposed(_completed(transposed(vh)))
    return u, s, vh


def _lu_rule(x: Any) -> Any:
    batch, n = square(x)
    return rules.tensor(x.shape, x.dtype), rules.tensor((*batch, n), "int32")


@primitive(
    FLOAT,
    shape=_lu_rule,
    samples=lambda s: [s(s.real(3, 3), dtypes=SAMPLED), s(s.real(2, 2, 2), dtypes=SAMPLED), s(s.real(0, 0))],
    host=on_host("lu_factor"),
)
def lu_factor(x: Tensor) -> Any:
    """``lu, pivots``: of ``x`` with rows exchanged, the unit lower triangular L below and the upper U on the diagonal.

    Row k was exchanged with row ``pivots[k]`` (int32, counted from 0), for k = 0, 1, ... in turn; it is the one with the
    largest entry in column k, the first of several. A singular matrix has zeros on the diagonal of U.
    """

"""Determinants."""

from __future__ import annotations

from typing import Any

from polykeras.ops import rules
from polykeras.ops.hosting import on_host
from polykeras.ops.linalg.shapes import SAMPLED, in_full_precision, square
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _cases(s: Any) -> list[Any]:
    return [s(s.real(3, 3), dtypes=SAMPLED), s(s.real(2, 2, 2), dtypes=SAMPLED), s(s.real(2, 0, 0))]


@primitive(FLOAT, shape=lambda x: rules.tensor(square(x)[0], x.dtype), samples=_cases, host=on_host("det"))
def det(x: Tensor) -> Tensor:
    """The determinant of each matrix of ``(..., n, n)``. Its gradient, the cofactors, is right for singular ones too."""


def exchanges_sign(pivots: Tensor, dtype: str) -> Tensor:
    """1 or -1: the determinant of the row exchanges that `lu_factor` names."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import not_equal
    from polykeras.ops.creation import range_
    from polykeras.ops.elementwise import mod, multiply, subtract
    from polykeras.ops.reductions import sum_

    moved = not_equal(pivots, range_(0, tuple(pivots.shape)[-1], 1, "int32"))
    odd = mod(sum_(cast(moved, "int32"), -1), 2)
    return cast(subtract(1, multiply(odd, 2)), dtype)


@composite(FLOAT, samples=_cases)
def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    """``sign, logabsdet`` of the determinant of each matrix, which may itself be too large for its dtype.

    A singular matrix has sign 0 and -inf; the gradient there is NaN.
    """
    return in_full_precision(_slogdet, x)  # type: ignore[no-any-return]


def _slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import abs_, log, multiply, sign
    from polykeras.ops.linalg.factorizations import lu_factor
    from polykeras.ops.matrices import diagonal
    from polykeras.ops.reductions import prod, sum_

    lu, pivots = lu_factor(x)
    scale = diagonal(lu, 0, -2, -1)
    return multiply(exchanges_sign(pivots, dtype(x)), prod(sign(scale), -1)), sum_(log(abs_(scale)), -1)


@composite(FLOAT, samples=_cases)
def logdet(x: Tensor) -> Tensor:
    """The logarithm of the size of the determinant: the second result of `slogdet`. Meant for positive definite matrices."""
    return slogdet(x)[1]

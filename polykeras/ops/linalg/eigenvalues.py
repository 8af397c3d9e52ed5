"""Eigenvalues and eigenvectors."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.ops import rules
from polykeras.ops.hosting import on_host
from polykeras.ops.linalg.shapes import SAMPLED, square
from polykeras.ops.policies import FLOAT, FLOAT_OR_COMPLEX, Policy
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _eigh_rule(x: Any) -> Any:
    batch, n = square(x)
    return rules.tensor((*batch, n), x.dtype), rules.tensor(x.shape, x.dtype)


@primitive(
    FLOAT,
    shape=_eigh_rule,
    samples=lambda s: [s(s.real(3, 3), dtypes=SAMPLED), s(s.real(2, 2, 2), dtypes=SAMPLED), s(s.real(0, 0))],
    host=on_host("eigh"),
)
def eigh(x: Tensor) -> Any:
    """``w, v``: eigenvalues, ascending, and orthonormal eigenvectors of symmetric matrices: ``x @ v == v * w``.

    Of `x`, ``(..., n, n)``, the symmetric part ``(x + x.T) / 2`` is taken. In each column of v, the first entry whose
    size is more than 0.3 of the largest one's is positive. The gradient by vectors that belong to equal eigenvalues
    leaves out what would mix them. Raises `ShapeError` if `x` is not square.
    """


COMPLEX = Policy("complex", lambda d: d if d in dtypes.COMPLEX else dtypes.complex_of(FLOAT_OR_COMPLEX.compute(d)))
"""Promote to complex64 or complex128."""


@primitive(
    COMPLEX,
    shape=_eigh_rule,
    samples=lambda s: [s(s.complex(2, 2)), s(s.real(2, 3, 3)), s(s.complex(0, 0))],
    host=on_host("scaled_eig"),
)
def scaled_eig(x: Tensor) -> Any:
    """``w, v`` of `eig`, but the entry of each column of v that `eig` makes positive is 1.

    So scaled, eigenvectors are differentiable in the complex sense.
    """


@composite(
    FLOAT_OR_COMPLEX,
    samples=lambda s: [s(s.real(3, 3), dtypes=SAMPLED), s(s.real(2, 2, 2)), s(s.complex(2, 2))],
)
def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    """``w, v``: eigenvalues and eigenvectors of square matrices, complex also if `x` is real: ``x @ v == v * w``.

    The eigenvalues are in ascending order of their real parts, and those whose real parts differ by rounding only (by
    less than about 1000 roundings of the largest eigenvalue) in that of their imaginary parts. Each column of v has
    2-norm 1, and the first of its entries that is larger than 0.3 of the largest one is real and positive.

    The gradient by vectors that belong to equal eigenvalues leaves out what would mix them; that of a matrix without a
    full set of eigenvectors is NaN. Raises `ShapeError` if `x` is not square.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import abs_, divide
    from polykeras.ops.linalg.norms import root_of_squares

    w, v = scaled_eig(x)
    return w, divide(v, cast(root_of_squares(abs_(v), -2, True), dtype(v)))

"""Eigenvalues and eigenvectors."""

from __future__ import annotations

from typing import Any

from polykeras.ops import rules
from polykeras.ops.linalg.kernels import on_host
from polykeras.ops.linalg.shapes import SAMPLED, square
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import primitive
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

"""Linear algebra on the last two axes; leading axes are a batch. Conventions that make results equal on all backends
(signs of vectors, what a singular matrix gives) are stated in ``docs/semantics/linalg.md``.
"""

from polykeras.ops.differentiation import jvp
from polykeras.ops.linalg.eigenvalues import eig, eigh
from polykeras.ops.linalg.factorizations import cholesky, lu_factor, qr, svd
from polykeras.ops.linalg.norms import matrix_rank, norm
from polykeras.ops.linalg.solving import cholesky_inverse, inv, lstsq, pinv, solve, solve_triangular
from polykeras.ops.linalg.volumes import det

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "jvp",
    "lstsq",
    "lu_factor",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "solve",
    "solve_triangular",
    "svd",
]

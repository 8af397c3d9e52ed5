"""Linear algebra, and what is made of matrices."""

from __future__ import annotations

import math

from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras_conformance.refusals.row import refusal, x

ROWS = [
    *(
        refusal(name, ShapeError, op, x(*shape))
        for op in ("cholesky", "det", "slogdet", "logdet", "inv", "eig", "eigh", "lu_factor", "cholesky_inverse")
        for name, shape in (("vector", (3,)), ("not-square", (2, 3)))
    ),
    *(refusal("vector", ShapeError, op, x(3)) for op in ("qr", "svd", "pinv", "matrix_rank", "tril", "triu")),
    refusal("complex", DtypeError, "cholesky", x(2, 2, dtype="complex64")),
    refusal("mode", ArgumentError, "qr", x(2, 2), "raw"),
    refusal("more-columns-than-rows", ShapeError, "thin_qr", x(2, 3)),
    refusal("sizes", ShapeError, "solve", x(3, 3), x(2)),
    refusal("sizes", ShapeError, "solve", x(3, 3), x(2, 3)),
    refusal("batches", ShapeError, "solve", x(2, 3, 3), x(4, 3, 1)),
    refusal("not-square", ShapeError, "solve", x(2, 3), x(2)),
    refusal("0-d", ShapeError, "solve", x(2, 2), x()),
    refusal("sizes", ShapeError, "solve_triangular", x(3, 3), x(2)),
    refusal("batches", ShapeError, "linear_solve", x(2, 3, 3), x(3, 1)),
    refusal("sizes", ShapeError, "lstsq", x(3, 2), x(2)),
    refusal("order", ArgumentError, "norm", x(3), "fro"),
    refusal("order", ArgumentError, "norm", x(2, 3), 3),
    refusal("order", ArgumentError, "norm", x(2, 3), "max"),
    refusal("order-of-0-d", ArgumentError, "norm", x(), 1),
    refusal("order-of-three-axes", ArgumentError, "norm", x(2, 2, 2), 2),
    refusal("three-axes", ArgumentError, "norm", x(2, 2, 2), axis=(0, 1, 2)),
    refusal("axis", ArgumentError, "norm", x(2, 2), axis=2),
    refusal("twice", ArgumentError, "norm", x(2, 2), axis=(0, 0)),
    refusal("nothing-to-compare", ShapeError, "norm", x(0), math.inf),
    refusal("order", ArgumentError, "normalize", x(2, 2), order=0),
    refusal("order", ArgumentError, "normalize", x(2, 2), order=1.5),
    refusal("components", ShapeError, "cdist", x(2, 3), x(2, 2)),
    refusal("vector", ShapeError, "cdist", x(3), x(2, 3)),
    refusal("vector", ArgumentError, "diagonal", x(3)),
    refusal("one-axis-twice", ArgumentError, "diagonal", x(3, 3), axis1=1, axis2=-1),
    refusal("axis", ArgumentError, "trace", x(3, 3), axis1=2),
    refusal("rank", ShapeError, "diag", x(2, 2, 2)),
    refusal("0-d", ShapeError, "diag", x()),
    refusal("components", ShapeError, "cross", x(4), x(4)),
    refusal("0-d", ShapeError, "cross", x(), x(3)),
    refusal("bools", DtypeError, "cross", x(3, dtype="bool"), x(3, dtype="bool")),
    refusal("rank", ShapeError, "vander", x(2, 2)),
    refusal("negative", ArgumentError, "vander", x(2), -1),
    refusal("rank", ShapeError, "corrcoef", x(2, 2, 2)),
    refusal("rank", ShapeError, "correlate", x(2, 2), x(2)),
    refusal("empty", ShapeError, "correlate", x(0), x(2)),
    refusal("mode", ArgumentError, "correlate", x(2), x(2), "reflect"),
]

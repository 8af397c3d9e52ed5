"""Linear algebra: equal eigenvalues and singular values, singular matrices, norms at zero."""

from __future__ import annotations

from polykeras_conformance.kinks.row import INF, kink

EYE = [[1.0, 0.0], [0.0, 1.0]]

ROWS = [
    kink("at-zero", "norm", [0.0, 0.0], [0, 0]),
    kink("at-zero", "norm", [0.0, 0.0], [0, 0], ord=3),
    kink("one-zero", "norm", [0.0, 3.0], [0, 1], ord=1),
    kink("tie", "norm", [2.0, -2.0, 1.0], [0.5, -0.5, 0], ord=INF),
    kink("counts", "norm", [0.0, 2.0], [0, 0], ord=0),
    kink("at-zero", "norm", [[0.0, 0.0], [0.0, 0.0]], [[0, 0], [0, 0]], ord="fro"),
    kink("equal-singular-values", "norm", EYE, [[1, 0], [0, 1]], ord="nuc"),
    kink("equal-singular-values", "norm", EYE, [[0.5, 0], [0, 0.5]], ord=2),
    kink("tie", "norm", [[1.0, 2.0], [2.0, 1.0]], [[0.5, 0.5], [0.5, 0.5]], ord=1),
    kink("at-zero", "normalize", [0.0, 0.0], [10.0, 10.0], epsilon=0.1),
    kink("at-epsilon", "normalize", [0.25], [2.0], epsilon=0.5),
    kink("equal-vectors", "cdist", [[1.0, 2.0]], [[1.0, 2.0]], [[0, 0]], [[0, 0]]),
    kink("equal-eigenvalues", "eigh", [[2.0, 0.0], [0.0, 2.0]], [[1, 0], [0, 1]]),
    kink("equal-singular-values", "svd", EYE, [[1, 0], [0, 1]], compute_uv=False),
    kink("zero", "svd", [[0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 1]], compute_uv=False),
    kink("equal-singular-values", "svd", [[2.0, 0.0], [0.0, 2.0]], [[0, 0], [0, 0]]),
    kink("symmetric", "cholesky", [[4.0, 9.0], [-9.0, 4.0]], [[0.25, 0.25], [0.25, 0.25]]),
    kink("equal-singular-values", "pinv", EYE, [[-1, -1], [-1, -1]]),
    kink("rank-held-fixed", "pinv", [[2.0, 0.0], [0.0, 0.0]], [[-0.25, 0.25], [0.25, 0]]),
    kink("rank-one-less", "det", [[1.0, 2.0], [2.0, 4.0]], [[4, -2], [-2, 1]]),
    kink("rank-one-less", "det", [[0.0, 1.0], [0.0, 0.0]], [[0, 0], [-1, 0]]),
    kink("rank-two-less", "det", [[1.0, 1.0, 1.0]] * 3, [[0, 0, 0]] * 3),
    kink("zero", "det", [[0.0]], [[1]]),
    kink("one-zero", "vander", [0.0, 2.0], [1, 5], N=3),
]

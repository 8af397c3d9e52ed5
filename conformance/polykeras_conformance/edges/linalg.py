"""Linear algebra: no answer, no elements, NaN; signs; ranks and norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras_conformance.edges.row import INF, NAN, edge, f32, i32, no


def m(*rows: Any, dtype: str = "float32") -> np.ndarray:
    """A matrix, or a stack of them."""
    return np.array(rows, dtype)


def c64(*values: complex) -> np.ndarray:
    """A complex64 vector."""
    return np.array(values, "complex64")


def nan(*shape: int) -> np.ndarray:
    """NaN everywhere."""
    return np.full(shape, NAN, "float32")


SINGULAR = m([1, 2], [2, 4])
REGULAR = m([2, 0], [0, 4])
TWO = np.stack([SINGULAR, REGULAR])
HALF = m([2, 4], [1, 3], dtype="float16")
NONE = complex("nan+nanj")
ROOT = float(np.sqrt(0.5))

NO_ANSWER = [
    edge("indefinite", "cholesky", m([1, 2], [2, 1]), to=m([NAN, 0], [NAN, NAN])),
    edge("indefinite", "cholesky", m([1, 2], [2, 1]), True, to=m([NAN, NAN], [0, NAN])),
    edge(
        "one-indefinite",
        "cholesky",
        np.stack([m([0, 1], [1, 0]), m([4, 0], [0, 9])]),
        to=np.stack([m([NAN, 0], [NAN, NAN]), m([2, 0], [0, 3])]),
    ),
    edge("zero", "cholesky", no(2, 2), to=m([NAN, 0], [NAN, NAN])),
    edge("symmetric-part", "cholesky", m([4, 4], [0, 5]), to=m([2, 0], [1, 2])),
    edge("nan", "cholesky", m([NAN, 0], [0, 1]), to=m([NAN, 0], [NAN, NAN])),
    edge("singular", "solve", SINGULAR, f32(1, 1), to=nan(2)),
    edge("one-singular", "solve", TWO, np.ones((2, 2, 1), "float32"), to=np.stack([nan(2, 1), m([0.5], [0.25])])),
    edge("vectors", "solve", np.stack([REGULAR, REGULAR]), m([2, 4], [4, 8]), to=m([1, 1], [2, 2])),
    edge("infinite", "solve", m([INF, 0], [0, 1]), f32(1, 1), to=nan(2)),
    edge("one-singular", "inv", TWO, to=np.stack([nan(2, 2), m([0.5, 0], [0, 0.25])])),
    edge("nan", "inv", m([1, NAN], [0, 1]), to=nan(2, 2)),
    edge("zero-on-the-diagonal", "solve_triangular", m([1, 5], [0, 0]), f32(1, 1), to=nan(2)),
    edge("other-triangle-not-read", "solve_triangular", m([2, NAN], [2, 4]), f32(2, 6), True, to=f32(1, 1)),
    edge("singular", "det", SINGULAR, to=np.float32(0).reshape(())),
    edge("nan", "det", m([NAN, 0], [0, 0]), to=np.float32(NAN).reshape(())),
    edge("singular", "slogdet", SINGULAR, to=[np.float32(0).reshape(()), np.float32(-INF).reshape(())]),
    edge("negative", "slogdet", m([0, 1], [1, 0]), to=[np.float32(-1).reshape(()), np.float32(0).reshape(())]),
    edge(
        "too-large-for-det",
        "slogdet",
        np.eye(40, dtype="float32") * 10,
        to=[np.float32(1).reshape(()), np.float32(40 * np.log(10)).reshape(())],
    ),
    edge("negative", "logdet", m([0, 1], [1, 0]), to=np.float32(0).reshape(())),
    edge("singular", "lu_factor", SINGULAR, to=[m([2, 4], [0.5, 0]), i32(1, 1)]),
    edge("zero-column", "lu_factor", m([0, 1], [0, 2]), to=[m([0, 1], [0, 2]), i32(0, 1)]),
    edge("tie", "lu_factor", m([1, 1], [-1, 1]), to=[m([1, 1], [-1, 2]), i32(0, 1)]),
    edge("nan", "qr", m([NAN], [1]), to=[nan(2, 1), nan(1, 1)]),
    edge("nan", "svd", m([NAN, 1]), False, to=[nan(1, 1), nan(1), nan(1, 2)]),
    edge("infinite", "eigh", m([INF, 0], [0, 1]), to=[nan(2), nan(2, 2)]),
    edge("nan", "pinv", m([NAN, 1]), to=nan(2, 1)),
]

SIGNS = [
    edge("diagonal-of-r", "qr", m([-3, 1], [-4, 2]), to=[m([-0.6, -0.8], [-0.8, 0.6]), m([5, -2.2], [0, 0.4])]),
    edge(
        "unit-vectors-complete-it",
        "qr",
        m([1], [0], [0]),
        "complete",
        to=[np.eye(3, dtype="float32"), m([1], [0], [0])],
    ),
    edge("zero", "qr", no(2, 2), to=[np.eye(2, dtype="float32"), no(2, 2)]),
    edge("first-large-entry", "eigh", m([2, -1], [-1, 2]), to=[f32(1, 3), m([ROOT, ROOT], [ROOT, -ROOT])]),
    edge("first-large-entry", "svd", m([0, -2], [-3, 0]), to=[m([0, 1], [1, 0]), f32(3, 2), m([-1, 0], [0, -1])]),
    edge("one-column", "svd", m([-3], [4]), to=[m([0.6, 0.8], [-0.8, 0.6]), f32(5), m([-1])]),
    edge("symmetric-part", "eigh", m([1, 2], [0, 1]), to=[f32(0, 2), m([ROOT, ROOT], [-ROOT, ROOT])]),
]

EIGEN = [
    edge(
        "conjugate-pair",
        "eig",
        m([0, 1], [-1, 0]),
        to=[c64(-1j, 1j), m([ROOT, ROOT], [-1j * ROOT, 1j * ROOT], dtype="complex64")],
    ),
    edge("ascending", "eig", m([3, 0], [0, -2]), to=[c64(-2, 3), m([0, 1], [1, 0], dtype="complex64")]),
    edge("0x0", "eig", no(0, 0), to=[no(0, dtype="complex64"), no(0, 0, dtype="complex64")]),
    edge("nan", "eig", m([NAN, 0], [0, 1]), to=[c64(NONE, NONE), m([NONE, NONE], [NONE, NONE], dtype="complex64")]),
    edge("half", "eig", m([4], dtype="float16"), to=[c64(4), m([1], dtype="complex64")]),
]

NOTHING = [
    edge("0x0", "cholesky", no(0, 0), to=no(0, 0)),
    edge("no-matrices", "cholesky", no(0, 2, 2), to=no(0, 2, 2)),
    edge("0x0", "det", no(0, 0), to=np.float32(1).reshape(())),
    edge("no-matrices", "det", no(0, 2, 2), to=no(0)),
    edge("0x0", "slogdet", no(0, 0), to=[np.float32(1).reshape(()), np.float32(0).reshape(())]),
    edge("0x0", "inv", no(0, 0), to=no(0, 0)),
    edge("0x0", "eigh", no(0, 0), to=[no(0), no(0, 0)]),
    edge("no-rows", "svd", no(0, 2), to=[no(0, 0), no(0), np.eye(2, dtype="float32")]),
    edge("no-columns", "qr", no(2, 0), "complete", to=[np.eye(2, dtype="float32"), no(2, 0)]),
    edge("no-unknowns", "solve", no(0, 0), no(0, 3), to=no(0, 3)),
    edge("no-right-sides", "solve", REGULAR, no(2, 0), to=no(2, 0)),
    edge("no-rows", "pinv", no(0, 2), to=no(2, 0)),
    edge("no-equations", "lstsq", no(0, 2), no(0), to=f32(0, 0)),
    edge("no-rows", "matrix_rank", no(0, 2), to=np.int32(0).reshape(())),
]

RANKS = [
    edge("deficient", "matrix_rank", SINGULAR, to=np.int32(1).reshape(())),
    edge("zero", "matrix_rank", no(2, 3), to=np.int32(0).reshape(())),
    edge("nan", "matrix_rank", m([NAN, 1], [1, 1]), to=np.int32(0).reshape(())),
    edge("rounding", "matrix_rank", m([1, 0], [0, 1e-8]), to=np.int32(1).reshape(())),
    edge("tolerance", "matrix_rank", m([1, 0], [0, 0.5]), 0.5, to=np.int32(1).reshape(())),
    edge("deficient", "pinv", m([1, 1], [1, 1]), to=m([0.25, 0.25], [0.25, 0.25])),
    edge("zero", "pinv", no(2, 3), to=no(3, 2)),
    edge("small-ones-dropped", "pinv", m([4, 0], [0, 1]), 0.5, to=m([0.25, 0], [0, 0])),
    edge("deficient", "lstsq", m([1, 1], [1, 1]), f32(2, 4), to=f32(1.5, 1.5)),
    edge("wide", "lstsq", m([1, 1]), f32(2), to=f32(1, 1)),
    edge("tall", "lstsq", m([1], [1], [1]), m([1, 0], [2, 3], [3, 6]), to=m([2, 3])),
]

NORMS = [
    edge("empty", "norm", no(0), to=np.float32(0).reshape(())),
    edge("0-d", "norm", np.float32(-3).reshape(()), to=np.float32(3).reshape(())),
    edge("nan", "norm", f32(NAN, 1), to=np.float32(NAN).reshape(())),
    edge("infinite", "norm", f32(INF, 1), to=np.float32(INF).reshape(())),
    edge("counts", "norm", f32(0, 5, NAN), 0, to=np.float32(2).reshape(())),
    edge("largest", "norm", f32(1, -5), INF, to=np.float32(5).reshape(())),
    edge("smallest", "norm", f32(1, -5), -INF, to=np.float32(1).reshape(())),
    edge("negative-order", "norm", f32(0, 5), -1, to=np.float32(0).reshape(())),
    edge("nuclear", "norm", m([3, 0], [0, -4]), "nuc", to=np.float32(7).reshape(())),
    edge("spectral", "norm", m([3, 0], [0, -4]), 2, to=np.float32(4).reshape(())),
    edge("least-singular", "norm", m([3, 0], [0, -4]), -2, to=np.float32(3).reshape(())),
    edge("all-axes", "norm", np.ones((2, 2, 2), "float32"), to=np.float32(np.sqrt(8)).reshape(())),
    edge("wide-in-between", "norm", np.full(4, 30000, "float16"), to=np.float16(60000).reshape(())),
    edge("zero", "normalize", no(1, 2), to=no(1, 2)),
    edge("below-epsilon", "normalize", f32(3e-5, 4e-5), to=f32(0.3, 0.4), epsilon=1e-4),
    edge("half", "normalize", np.array([0, 30000], "float16"), to=np.array([0, 1], "float16")),
    edge("equal-vectors", "cdist", m([1, 2]), m([1, 2], [4, 6]), to=m([0, 5])),
]

HALVES = [
    edge("half", "inv", HALF, to=m([1.5, -2], [-0.5, 1], dtype="float16")),
    edge("half", "det", HALF, to=np.float16(2).reshape(())),
    edge("half", "solve", HALF, np.array([2, 2], "float16"), to=np.array([-1, 1], "float16")),
]

ROWS = [*NO_ANSWER, *SIGNS, *EIGEN, *NOTHING, *RANKS, *NORMS, *HALVES]

"""Matrix factorizations and what is solved with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from polykeras.ops.linalg.elimination import lu_by_columns, solved_by_columns, volume_by_columns
from polykeras.ops.linalg.kernels import kernels
from polykeras_tensorflow.control_flow import by_rule
from polykeras_tensorflow.native import in_xla, raw


def _solve(a: Any, b: Any) -> Any:
    """TensorFlow raises for singular matrices. They are those that its logarithm of the determinant is infinite for."""
    if in_xla():  # which has no determinants
        return solved_by_columns(a, b)
    singular = tf.math.is_inf(raw.LogMatrixDeterminant(a)[1])[..., None, None]
    safe = tf.where(singular, tf.eye(a.shape[-1], dtype=a.dtype), a)
    return tf.where(singular, tf.constant(float("nan"), a.dtype), raw.MatrixSolve(safe, b))


def _svd(x: Any) -> Any:
    s, u, v = raw.Svd(x)
    return u, s, tf.linalg.matrix_transpose(v)


KERNELS: dict[str, Callable[..., Any]] = {
    name: by_rule(name, kernel)
    for name, kernel in kernels(
        "tensorflow",
        {
            "cholesky": raw.Cholesky,
            "qr": lambda x: tuple(raw.Qr(x)),
            "svd": _svd,
            "eigh": lambda x: tuple(raw.SelfAdjointEigV2(x)),
            "eig": lambda x: tuple(raw.Eig(x, x.dtype)),
            "lu": lu_by_columns,
            "solve": _solve,
            "solve_triangular": raw.MatrixTriangularSolve,
            "det": lambda x: volume_by_columns(x)[0] if in_xla() else raw.MatrixDeterminant(x),
            "slogdet": lambda x: volume_by_columns(x)[1:] if in_xla() else tuple(raw.LogMatrixDeterminant(x)),
        },
    ).items()
}
OVERRIDES: dict[str, Callable[..., Any]] = {"slogdet": KERNELS.pop("slogdet")}

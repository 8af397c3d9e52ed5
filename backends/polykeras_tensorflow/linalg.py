"""Matrix factorizations and what is solved with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.ops import control_flow_util

from polykeras.gradients.applied import pulled_back
from polykeras.ops.linalg.elimination import lu_by_columns, solved_by_columns, volume_by_columns
from polykeras.ops.linalg.kernels import kernels
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope
from polykeras_tensorflow.native import raw


def by_rule(name: str, kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel whose gradient is that of the core's table: TensorFlow's own does not know all shapes, and is not finite
    where singular values are equal."""

    def run(*args: Any) -> Any:
        op = REGISTRY[name]
        places = [p.index for p in op.tensors]
        final: list[Any] = []

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def ruled(*xs: Any) -> Any:
            given = list(args)
            for i, x in zip(places, xs, strict=True):
                given[i] = x
            out = kernel(*given)

            def pull(*g: Any) -> list[Any]:
                # What the rule reads is the result as it was handed out, which depends on xs by this rule in its turn.
                several = isinstance(out, tuple)
                with backend_scope("tensorflow"):
                    g = _conj(g)
                    found = pulled_back(op, tuple(final) if several else final[0], given, g if several else g[0])
                return list(_conj(found))

            return out, pull

        result = ruled(*(args[i] for i in places))
        final[:] = result if isinstance(result, (tuple, list)) else [result]
        return tuple(final) if len(final) > 1 else final[0]

    return run


def _conj(gs: Sequence[Any]) -> tuple[Any, ...]:
    """Gradients of complex tensors as the rules have them, from TensorFlow's, or back."""
    return tuple(tf.math.conj(g) if g.dtype.is_complex else g for g in gs)


def _solve(a: Any, b: Any) -> Any:
    """TensorFlow raises for singular matrices. They are those that its logarithm of the determinant is infinite for."""
    if _compiled():
        return solved_by_columns(a, b)
    singular = tf.math.is_inf(raw.LogMatrixDeterminant(a)[1])[..., None, None]
    safe = tf.where(singular, tf.eye(a.shape[-1], dtype=a.dtype), a)
    return tf.where(singular, tf.constant(float("nan"), a.dtype), raw.MatrixSolve(safe, b))


def _compiled() -> bool:
    """Whether XLA will compile what is being traced. It has no determinants."""
    return bool(control_flow_util.GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph()))


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
            "det": lambda x: volume_by_columns(x)[0] if _compiled() else raw.MatrixDeterminant(x),
            "slogdet": lambda x: volume_by_columns(x)[1:] if _compiled() else tuple(raw.LogMatrixDeterminant(x)),
        },
    ).items()
}
OVERRIDES: dict[str, Callable[..., Any]] = {"slogdet": KERNELS.pop("slogdet")}

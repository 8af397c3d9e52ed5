"""Matrix factorizations and what is solved with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from polykeras.gradients.applied import pulled_back
from polykeras.ops.linalg.kernels import kernels
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope
from polykeras_jax.compiled import compiled


def by_rule(name: str, kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel whose gradient is that of the core's table: JAX's own is not finite where singular values are equal.

    Forward mode is the transpose of what the rule does, which is linear in the gradient.
    """
    op = REGISTRY[name]
    places = [p.index for p in op.tensors]
    static = tuple(i for i in range(len(op.signature.parameters)) if i not in places)

    @lru_cache(maxsize=64)
    def of(options: tuple[Any, ...]) -> Callable[..., Any]:
        """The kernel as a function of its tensors alone."""

        def all_of(xs: Any) -> list[Any]:
            args: list[Any] = [None] * (len(places) + len(static))
            for i, value in [*zip(places, xs, strict=True), *zip(static, options, strict=True)]:
                args[i] = value
            return args

        @jax.custom_jvp
        def run(*xs: Any) -> Any:
            return kernel(*all_of(xs))

        @run.defjvp
        def forward(xs: Any, tangents: Any) -> Any:
            out = run(*xs)
            results = out if isinstance(out, tuple) else (out,)
            smooth = [jnp.issubdtype(r.dtype, jnp.inexact) for r in results]

            def pull(given: list[Any]) -> tuple[Any, ...]:
                rest = iter(given)
                g = tuple(next(rest) if s else None for s in smooth)
                with backend_scope("jax"):
                    return tuple(pulled_back(op, out, all_of(xs), g if isinstance(out, tuple) else g[0]))

            push = jax.linear_transpose(pull, [r for r, s in zip(results, smooth, strict=True) if s])
            (found,) = push(tuple(tangents))
            moved = iter(found)
            out_tangents = tuple(
                next(moved) if s else np.zeros(r.shape, jax.dtypes.float0) for r, s in zip(results, smooth, strict=True)
            )
            return out, out_tangents if isinstance(out, tuple) else out_tangents[0]

        return run

    def by_position(*args: Any) -> Any:
        return of(tuple(args[i] for i in static))(*(args[i] for i in places))

    return compiled(by_position, *static)


def _eig(x: Any) -> Any:
    """LAPACK's; on other devices than the CPU by way of the host."""
    shapes = (jax.ShapeDtypeStruct(x.shape[:-1], x.dtype), jax.ShapeDtypeStruct(x.shape, x.dtype))
    return lax.platform_dependent(
        x,
        cpu=lambda x: tuple(jnp.linalg.eig(x)),
        default=lambda x: jax.pure_callback(lambda x: tuple(np.linalg.eig(x)), shapes, x),
    )


def _lu(x: Any) -> Any:
    lu, pivots, _ = lax.linalg.lu(x)
    return lu, pivots


def _solve(a: Any, b: Any) -> Any:
    lu, _, _ = lax.linalg.lu(a)  # which `solve` computes as well; XLA does so once
    regular = jnp.all(jnp.diagonal(lu, axis1=-2, axis2=-1) != 0, axis=-1)
    return jnp.where(regular[..., None, None], jnp.linalg.solve(a, b), jnp.nan)


KERNELS: dict[str, Callable[..., Any]] = {
    name: by_rule(name, kernel)
    for name, kernel in kernels(
        "jax",
        {
            "cholesky": lambda x: lax.linalg.cholesky(x, symmetrize_input=False),
            "qr": lambda x: tuple(lax.linalg.qr(x, full_matrices=False)),
            "svd": lambda x: tuple(jnp.linalg.svd(x, full_matrices=False)),
            "eigh": lambda x: tuple(jnp.linalg.eigh(x, symmetrize_input=False)),
            "eig": _eig,
            "lu": _lu,
            "solve": _solve,
            "solve_triangular": lambda a, b, lower: lax.linalg.triangular_solve(a, b, left_side=True, lower=lower),
            "det": jnp.linalg.det,
            "slogdet": lambda x: tuple(jnp.linalg.slogdet(x)),
        },
    ).items()
}
OVERRIDES: dict[str, Callable[..., Any]] = {"slogdet": KERNELS.pop("slogdet")}

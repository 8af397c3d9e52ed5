"""Matrix products and contractions.

float32 products are computed in full float32 also where the hardware offers less (TF32), unless the user has set
`jax_default_matmul_precision`: then that holds.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from polykeras_jax.compiled import compiled


def precision(dtype: Any) -> Any:
    """What to ask of products of this dtype."""
    if jax.config.jax_default_matmul_precision is not None or dtype not in (jnp.float32, jnp.float64):
        return None
    return lax.Precision.HIGHEST


def _matmul(x1: Any, x2: Any) -> Any:
    return jnp.matmul(x1, x2, precision=precision(x1.dtype))


def _contract(equation: str, operands: Any) -> Any:
    terms = equation.partition("->")[0].split(",")
    sizes: dict[str, int] = {}
    for term, x in zip(terms, operands, strict=True):
        for label, size in zip(term, x.shape, strict=True):
            sizes[label] = size if sizes.get(label, 1) == 1 else sizes[label]
    # An axis of size 1 broadcasts, as in NumPy.
    wide = [jnp.broadcast_to(x, [sizes[label] for label in term]) for term, x in zip(terms, operands, strict=True)]
    return jnp.einsum(equation, *wide, precision=precision(operands[0].dtype))


KERNELS = {"matmul": compiled(_matmul), "contract": compiled(_contract, 0)}

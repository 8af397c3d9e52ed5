"""What the ops of this package check, and the pieces of matrices that they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.errors import ShapeError
from polykeras.ops import rules

Batch = tuple[int, ...]

SAMPLED = ("float32", "float64", "float16", "bfloat16", "int32")
"""The dtypes that samples of these ops are run in: matrices of small unsigned integers or bools tend to be singular."""


def matrix(x: Any, name: str = "x") -> tuple[Batch, int, int]:
    """Batch, rows and columns; raises if there is no matrix."""
    shape = tuple(x.shape)
    if len(shape) < 2:
        raise ShapeError(f"{name} must be a matrix or a batch of them, got shape {shape}")
    return shape[:-2], shape[-2], shape[-1]


def square(x: Any, name: str = "x") -> tuple[Batch, int]:
    """Batch and size of square matrices; raises if they are none."""
    batch, rows, columns = matrix(x, name)
    if rows != columns:
        raise ShapeError(f"{name} must be a square matrix or a batch of them, got shape {tuple(x.shape)}")
    return batch, rows


def same_square(x: Any, *options: Any) -> Any:
    """Rule of an op from square matrices to such."""
    square(x)
    return rules.tensor(x.shape, x.dtype)


def transposed(x: Any) -> Any:
    """Each matrix transposed."""
    from polykeras.ops.movement import swapaxes

    return swapaxes(x, -1, -2)


def identity_like(x: Any) -> Any:
    """Identity matrices in the shape of square ones."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype
    from polykeras.ops.matrices import on_diagonal
    from polykeras.ops.movement import broadcast_to

    batch, n = square(x)
    return broadcast_to(cast(on_diagonal(n, n), dtype(x)), (*batch, n, n))


def epsilon(dtype: str) -> float:
    """The distance from 1 to the next number, in the dtype that `dtype` is computed in."""
    return 2.0**-52 if dtype in ("float64", "complex128") else 2.0**-23


def widened(x: Any) -> Any:
    """float16 and bfloat16 as float32."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype

    return cast(x, "float32") if dtype(x) in ("float16", "bfloat16") else x


def in_full_precision(f: Callable[..., Any], *xs: Any) -> Any:
    """``f(*xs)``, float16 and bfloat16 computed in float32; one floating result or a tuple of such."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype

    kind = dtype(xs[0])
    if kind not in ("float16", "bfloat16"):
        return f(*xs)
    result = f(*map(widened, xs))
    return tuple(cast(r, kind) for r in result) if isinstance(result, tuple) else cast(result, kind)

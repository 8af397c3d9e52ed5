"""Norms of vectors and matrices, and the rank."""

from __future__ import annotations

import math
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.linalg.shapes import SAMPLED, epsilon, in_full_precision, matrix, widened
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite
from polykeras.typing import Axis, Tensor


def _norm_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), dtypes=SAMPLED),
        s(s.real(3), ord=math.inf),
        s(s.real(2, 3), ord=-math.inf, axis=-1),
        s(s.real(4), ord=0),
        s(s.real(2, 3), ord=1, axis=0, keepdims=True),
        s(s.real(3), ord=2.5),
        s(s.real(2, 3), ord="nuc"),
        s(s.real(2, 3, 2), ord=2, axis=(0, -1)),
        s(s.real(2, 2, 3), ord=-2, axis=(1, 2), keepdims=True),
        s(s.real(2, 3), ord=1),
        s([[0.53, -1.27, 0.34], [1.72, 0.46, -0.91]], ord=-math.inf),
        s(s.real(0)),
    ]


@composite(FLOAT, samples=_norm_cases)
def norm(x: Tensor, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The norm of vectors or matrices, as NumPy's.

    Args:
        x: any shape.
        ord: for vectors a number p, ``(sum |x|**p) ** (1 / p)``, with ±inf and 0 (how many are not zero) as limits; for
            matrices ``"fro"``, ``"nuc"``, ±1, ±2 or ±inf. None is the 2-norm, of matrices the Frobenius norm.
        axis: an int for vectors, two for matrices. None: all of x, which with an `ord` must have one or two axes.
        keepdims: whether the axes stay, with size 1.

    At zero the gradient is zero; of several largest or smallest elements each has an equal share.
    Raises `ArgumentError` for an `ord` or `axis` without a meaning.
    """
    rank = len(x.shape)
    axes = rules.axes_of(axis, rank)
    if len(axes) > 2 and (axis is not None or ord is not None):
        raise ArgumentError(
            f"norm: axis must name one axis or two, got {axis} for shape {tuple(x.shape)} and ord {ord!r}."
        )
    if not axes or ord is None:
        if ord not in (None, 2):
            raise ArgumentError(f"norm: ord {ord!r} needs at least one axis, got shape {tuple(x.shape)}.")
        return in_full_precision(lambda x: root_of_squares(x, axes, keepdims), x)
    if len(axes) == 1:
        if isinstance(ord, str):
            raise ArgumentError(f"norm: ord {ord!r} is no norm of vectors.")
        return in_full_precision(lambda x: _of_vectors(x, float(ord), axes[0], keepdims), x)
    return in_full_precision(lambda x: _of_matrices(x, ord, axes, keepdims), x)


def root_of_squares(x: Tensor, axis: Axis, keepdims: bool = False) -> Tensor:
    """The 2-norm; its gradient at zero is zero."""
    from polykeras.ops.elementwise import sqrt, square
    from polykeras.ops.reductions import sum_

    return _but_zero(sqrt, sum_(square(x), axis, keepdims))


def _but_zero(root: Any, total: Tensor) -> Tensor:
    """``root(total)``, but zero with gradient zero where `total` is zero."""
    from polykeras.ops.comparison import equal
    from polykeras.ops.indexing import where

    zero = equal(total, 0)
    return where(zero, 0, root(where(zero, 1, total)))


def _of_vectors(x: Tensor, order: float, axis: int, keepdims: bool) -> Tensor:
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import not_equal
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import abs_, power
    from polykeras.ops.reductions import amax, amin, sum_

    if order == 2:
        return root_of_squares(x, axis, keepdims)
    if order == 0:
        return sum_(cast(not_equal(x, 0), dtype(x)), axis, keepdims)
    size = abs_(x)
    if math.isinf(order):
        return (amax if order > 0 else amin)(size, axis, keepdims)
    total = sum_(size if order == 1 else power(size, order), axis, keepdims)
    return total if order == 1 else _but_zero(lambda t: power(t, 1 / order), total)


def _of_matrices(x: Tensor, order: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    from polykeras.ops.elementwise import abs_
    from polykeras.ops.linalg.factorizations import svd
    from polykeras.ops.movement import expand_dims, moveaxis
    from polykeras.ops.reductions import amax, amin, sum_

    extreme = {1: amax, -1: amin, 2: amax, -2: amin, math.inf: amax, -math.inf: amin, "nuc": sum_}.get(order)
    if order == "fro":
        return root_of_squares(x, axes, keepdims)
    if extreme is None:
        raise ArgumentError(f"norm: ord must be 'fro', 'nuc', ±1, ±2 or ±inf for matrices, got {order!r}.")
    x = moveaxis(x, axes, (-2, -1))
    if order in (2, -2, "nuc"):
        result = extreme(svd(x, compute_uv=False), -1)
    else:
        result = extreme(sum_(abs_(x), -2 if order in (1, -1) else -1), -1)
    return expand_dims(result, tuple(sorted(axes))) if keepdims else result


@composite(
    FLOAT,
    samples=lambda s: [s(s.real(2, 3)), s([[1.0, 2.0], [2.0, 4.0]]), s(s.real(2, 3, 3), tol=0.5)],
    differentiable=False,
)
def matrix_rank(x: Tensor, tol: float | None = None) -> Tensor:
    """int32 rank of each matrix of ``(..., m, n)``: how many singular values are larger than `tol`.

    By default that is max(m, n) times the largest one times the distance from 1 to the next number.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import greater
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import multiply
    from polykeras.ops.linalg.factorizations import svd
    from polykeras.ops.reductions import sum_

    _, m, n = matrix(x)
    s = svd(widened(x), compute_uv=False)
    least = multiply(s[..., :1], max(m, n) * epsilon(dtype(s))) if tol is None else tol
    return sum_(cast(greater(s, least), "int32"), -1)


def _normalize_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3), dtypes=SAMPLED), s(s.real(2, 3), axis=0, order=1), s(s.real(2, 2, 2), axis=(0, 1), order=3)]


@composite(FLOAT, samples=_normalize_cases)
def normalize(x: Tensor, axis: Axis = -1, order: int = 2, epsilon: float | None = None) -> Tensor:
    """``x / max(norm(x), epsilon)``, the p-norm being taken over `axis` for p = `order`.

    `epsilon` is by default `polykeras.config.epsilon`. Raises `ArgumentError` unless `order` is an int of at least 1.
    """
    from polykeras import config
    from polykeras.ops.elementwise import abs_, divide, maximum, power
    from polykeras.ops.reductions import sum_

    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ArgumentError(f"normalize: order must be an int of at least 1, got {order!r}.")
    least = config.epsilon() if epsilon is None else epsilon

    def scaled(x: Tensor) -> Tensor:
        if order == 2:
            size = root_of_squares(x, axis, True)
        elif order == 1:
            size = sum_(abs_(x), axis, True)
        else:
            size = _but_zero(lambda t: power(t, 1 / order), sum_(power(abs_(x), float(order)), axis, True))
        return divide(x, maximum(size, least))

    return in_full_precision(scaled, x)


def _cdist_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), s.real(4, 3), dtypes=SAMPLED),
        s(s.real(2, 2, 2), s.real(3, 2)),
        s(s.real(0, 2), s.real(3, 2)),
    ]


@composite(FLOAT, samples=_cdist_cases)
def cdist(x: Tensor, y: Tensor) -> Tensor:
    """Distances between all pairs of vectors: ``(..., m, n)`` for x of shape ``(..., m, d)`` and y ``(..., n, d)``.

    The gradient at distance zero is zero. Batches broadcast. Raises `ShapeError` if the vectors differ in length.
    """
    from polykeras.ops.elementwise import subtract
    from polykeras.ops.movement import expand_dims

    (_, _, d), (_, _, e) = matrix(x), matrix(y, "y")
    if d != e:
        raise ShapeError(f"cdist: the vectors of x have {d} components, those of y {e}.")
    return in_full_precision(lambda x, y: root_of_squares(subtract(expand_dims(x, -2), expand_dims(y, -3)), -1), x, y)

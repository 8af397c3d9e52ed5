"""Rules of matrix factorizations and what is solved with them.

Formulas: Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation";
Walter and Lehmann 2010 (QR); Townsend 2016, "Differentiating the singular value decomposition"; Golub and Pereyra 1973
(pseudo-inverse). A gradient that is None is zero: nobody asked for that result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras.gradients.table import rule
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, less_equal
from polykeras.ops.complex_numbers import imag, make_complex, real
from polykeras.ops.conversion import dtype
from polykeras.ops.creation import range_, zeros_like
from polykeras.ops.elementwise import abs_, add, divide, maximum, multiply, negative, subtract
from polykeras.ops.indexing import where
from polykeras.ops.joining import concatenate
from polykeras.ops.linalg.elimination import exchanges
from polykeras.ops.linalg.factorizations import lu_factor
from polykeras.ops.linalg.kernels import first_large
from polykeras.ops.linalg.shapes import epsilon, identity_like, transposed, widened
from polykeras.ops.linalg.solving import inv, linear_solve, triangular_solve
from polykeras.ops.linalg.volumes import exchanges_sign
from polykeras.ops.logic import logical_or
from polykeras.ops.matrices import diagonal, on_diagonal, tril, triu
from polykeras.ops.movement import expand_dims, reshape
from polykeras.ops.products import matmul
from polykeras.ops.reductions import amax, prod, sum_

Pull = Callable[[Any], Any]


def _sum(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = add(total, term)
    return total


def _symmetric(x: Any) -> Any:
    return multiply(add(x, transposed(x)), 0.5)


def _row(x: Any) -> Any:
    return expand_dims(x, -2)


def _diagonal_matrix(x: Any, like: Any) -> Any:
    """Vectors on the diagonals of matrices in the shape of the square ones `like`."""
    return where(_identity(like), _row(x), 0)


def _identity(like: Any) -> Any:
    n = tuple(like.shape)[-1]
    return on_diagonal(n, n)


# ---- factorizations --------------------------------------------------------------------------------------------------


def _cholesky(out: Any, x: Any, upper: bool) -> Pull:
    def pull(g: Any) -> Any:
        lower, g = (transposed(out), transposed(g)) if upper else (out, g)
        p = tril(matmul(transposed(lower), g))
        p = where(_identity(p), multiply(p, 0.5), p)
        half = triangular_solve(transposed(lower), p, False)  # L^-T P
        return _symmetric(transposed(triangular_solve(transposed(lower), transposed(half), False)))

    return pull


def _thin_qr(out: Any, x: Any) -> Pull:
    q, r = out

    def pull(g: Any) -> Any:
        gq, gr = g
        m = []
        if gr is not None:
            m.append(matmul(r, transposed(gr)))
        if gq is not None:
            m.append(negative(matmul(transposed(gq), q)))
        total = _sum(m)
        mirrored = add(tril(total), transposed(tril(total, -1)))
        right = matmul(q, mirrored)
        if gq is not None:
            right = add(right, gq)
        return transposed(triangular_solve(r, transposed(right), False))  # right R^-T

    return pull


def _alike(values: Any, largest: Any, size: int) -> Any:
    """Which pairs of the values, at the end of their last axis, cannot be told apart: nearer than rounding takes them."""
    distance = abs_(subtract(_row(values), expand_dims(values, -1)))
    return less_equal(distance, multiply(expand_dims(largest, -1), size * epsilon(dtype(values))))


def _over(x: Any, y: Any, but: Any) -> Any:
    """``x / y``, zero where `but`."""
    return where(but, 0, divide(x, where(but, 1, y)))


def _eigh(out: Any, x: Any) -> Pull:
    w, v = out

    def pull(g: Any) -> Any:
        gw, gv = g
        inner = []
        if gw is not None:
            inner.append(_diagonal_matrix(gw, v))
        if gv is not None:
            same = _alike(w, amax(abs_(w), -1, True), tuple(w.shape)[-1])
            inner.append(_over(matmul(transposed(v), gv), subtract(_row(w), expand_dims(w, -1)), same))
        return _symmetric(matmul(matmul(v, _sum(inner)), transposed(v)))

    return _unless_empty(x, pull)


def _unless_empty(x: Any, pull: Pull) -> Pull:
    """`pull`, for rules that look for a largest element: a matrix without elements is its own gradient."""
    return (lambda g: x) if 0 in tuple(x.shape) else pull


def _thin_svd(out: Any, x: Any) -> Pull:
    u, s, vh = out
    size = max(tuple(x.shape)[-2:])

    def pull(g: Any) -> Any:
        gu, gs, gvh = g
        v = transposed(vh)
        largest = s[..., :1]
        zero = less_equal(s, multiply(largest, size * epsilon(dtype(s))))
        # Pairs of equal singular values, and pairs of zeros, have no definite vectors.
        same = _alike(s, largest, size)
        # (s_j - s_i) (s_j + s_i), which loses fewer digits than the difference of squares.
        gap = multiply(subtract(_row(s), expand_dims(s, -1)), add(_row(s), expand_dims(s, -1)))
        inner, terms = [], []
        if gs is not None:
            inner.append(_diagonal_matrix(gs, gap))
        if gu is not None:
            p = matmul(transposed(u), gu)
            inner.append(multiply(_over(subtract(p, transposed(p)), gap, same), _row(s)))
            terms.append(matmul(_over(subtract(gu, matmul(u, p)), _row(s), _row(zero)), vh))
        if gvh is not None:
            gv = transposed(gvh)
            p = matmul(vh, gv)
            inner.append(multiply(_over(subtract(p, transposed(p)), gap, same), expand_dims(s, -1)))
            terms.append(matmul(u, transposed(_over(subtract(gv, matmul(v, p)), _row(s), _row(zero)))))
        if inner:
            terms.append(matmul(matmul(u, _sum(inner)), vh))
        return _sum(terms)

    return _unless_empty(x, pull)


def _lu_factor(out: Any, x: Any) -> Pull:
    lu, pivots = out

    def pull(g: Any) -> Any:
        glu = g[0]
        lower = where(_identity(lu), 1, tril(lu))
        upper = triu(lu)
        inner = add(
            tril(matmul(transposed(lower), tril(glu, -1)), -1),
            triu(matmul(triu(glu), transposed(upper))),
        )
        left = triangular_solve(transposed(lower), inner, False)  # L^-T M
        both = transposed(triangular_solve(upper, transposed(left), False))  # ... U^-T
        return matmul(transposed(exchanges(pivots, dtype(both))), both)

    return _unless_empty(x, pull)


def _inverse(x: Any) -> Any:
    """The inverse of complex matrices, by way of real ones of twice the size."""
    a, b = real(x), imag(x)
    n = tuple(x.shape)[-1]
    parts = inv(concatenate([concatenate([a, negative(b)], -1), concatenate([b, a], -1)], -2))
    return make_complex(parts[..., :n, :n], parts[..., n:, :n])


def _scaled_eig(out: Any, x: Any) -> Pull:
    w, v = out
    size = tuple(w.shape)[-1]

    def pull(g: Any) -> Any:
        gw, gv = g
        inner = []
        if gw is not None:
            inner.append(_diagonal_matrix(gw, v))
        if gv is not None:
            # One entry of each vector is 1 and does not change.
            fixed = equal(reshape(range_(0, size, 1, "int32"), (size, 1)), first_large(v))
            along = subtract(gv, where(fixed, sum_(multiply(gv, v), -2, True), 0))
            same = _alike(w, amax(abs_(w), -1, True), size)
            inner.append(_over(matmul(transposed(v), along), subtract(_row(w), expand_dims(w, -1)), same))
        return matmul(matmul(transposed(_inverse(v)), _sum(inner)), transposed(v))

    return _unless_empty(x, pull)


rule("cholesky", x=_cholesky)
rule("thin_qr", x=_thin_qr)
rule("eigh", x=_eigh)
rule("scaled_eig", x=_scaled_eig)
rule("thin_svd", x=_thin_svd)
rule("lu_factor", x=_lu_factor)


# ---- what is solved with them ----------------------------------------------------------------------------------------

rule(
    "linear_solve",
    a=lambda out, a, b: lambda g: negative(matmul(linear_solve(transposed(a), g), transposed(out))),
    b=lambda out, a, b: lambda g: linear_solve(transposed(a), g),
)


def _triangular_a(out: Any, a: Any, b: Any, lower: bool) -> Pull:
    def pull(g: Any) -> Any:
        full = negative(matmul(triangular_solve(transposed(a), g, not lower), transposed(out)))
        return tril(full) if lower else triu(full)

    return pull


rule(
    "triangular_solve",
    a=_triangular_a,
    b=lambda out, a, b, lower: lambda g: triangular_solve(transposed(a), g, not lower),
)


def _pinv(out: Any, x: Any, rcond: float | None) -> Pull:
    def pull(g: Any) -> Any:
        p, pt, gt = out, transposed(out), transposed(g)
        through = negative(matmul(matmul(pt, g), pt))
        left = matmul(gt, matmul(p, pt))  # (1 - x p) g' p p'
        left = subtract(left, matmul(x, matmul(p, left)))
        right = matmul(matmul(pt, p), gt)  # p' p g' (1 - p x)
        right = subtract(right, matmul(matmul(right, p), x))
        return add(through, add(left, right))

    return pull


rule("pinv", x=_pinv)


# ---- determinants ----------------------------------------------------------------------------------------------------


def _cofactors(x: Any) -> Any:
    """``det(x) * inv(x).T``, which is a polynomial in x and so has a value at singular x as well.

    Zeros on the diagonal of U are replaced by something that is small beside its largest element: the error is as small,
    since triangular systems are solved to a small *relative* change of their diagonal.
    """
    lu, pivots = lu_factor(x)
    scale = amax(abs_(lu), (-2, -1), True)
    tiny = multiply(maximum(scale, 1e-30), epsilon(dtype(x)))
    singular = logical_or(equal(lu, 0), greater(tiny, abs_(lu)))
    upper = triu(where(_identity(lu), where(singular, tiny, lu), lu))
    lower = where(_identity(lu), 1, tril(lu))
    volume = multiply(prod(diagonal(upper, 0, -2, -1), -1), exchanges_sign(pivots, dtype(x)))
    # x = P' L U, so inv(x)' = P' inv(L)' inv(U)'.
    of_upper = triangular_solve(transposed(upper), identity_like(x), True)
    inverse = matmul(transposed(exchanges(pivots, dtype(x))), triangular_solve(transposed(lower), of_upper, False))
    return multiply(inverse, expand_dims(volume, (-2, -1)))


def _det(out: Any, x: Any) -> Pull:
    def pull(g: Any) -> Any:
        return multiply(cast(_cofactors(widened(x)), dtype(x)), expand_dims(g, (-2, -1)))

    return _unless_empty(x, pull)


def _slogdet(out: Any, x: Any) -> Pull:
    def pull(g: Any) -> Any:
        if g[1] is None:  # only the sign was used
            return zeros_like(x)
        return multiply(transposed(inv(x)), expand_dims(g[1], (-2, -1)))

    return pull


rule("det", x=_det)
rule("slogdet", x=_slogdet)

"""From what a numerical library computes to kernels that agree on every backend.

Libraries differ in the signs of the vectors that they find, in which triangle of a symmetric matrix they read, and in
what they do when there is no answer: raise, return NaN in some places, or garbage. `kernels` puts the same conventions
around any of them, written on ops, so that an adapter's part is one call of its library for each entry of a table:

- ``cholesky(x)``: lower factor of a symmetric matrix, with a NaN in its lower triangle if there is none;
- ``qr(x)``, ``svd(x)``: reduced; ``eigh(x)``: of a symmetric matrix, ascending; ``lu(x)``: as the op `lu_factor`;
- ``eig(x)``: of a complex matrix, in any order;
- ``solve(a, b)``: matrices of the same batch, NaN where `a` is singular; ``solve_triangular(a, b, lower)``: of an `a`
  that is triangular and has no zero on the diagonal; ``det(x)``; ``slogdet(x)``.

None of them need mind NaN, infinities, half precision or matrices without elements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polykeras.dtypes import COMPLEX, is_differentiable
from polykeras.ops.linalg.shapes import epsilon, transposed

Kernel = Callable[..., Any]

LARGE = 0.3
"""The first entry of a vector that is larger than this part of the largest one is made positive. A fraction that small
matrices of whole numbers do not have between entries of their eigenvectors: rounding would decide there."""


def kernels(backend: str, library: Mapping[str, Kernel]) -> dict[str, Kernel]:
    """Kernels, by the names of the ops."""
    made = {name: _agreeing(name, make(library)) for name, make in _CONVENTIONS.items()}
    return {name: _at_home(backend, kernel) for name, kernel in made.items()}


def _at_home(backend: str, kernel: Kernel) -> Kernel:
    """`kernel`, with what it makes on that backend, also where a recorded program calls it under another default."""
    from polykeras.scope import backend_scope

    def run(*args: Any) -> Any:
        with backend_scope(backend):
            return kernel(*args)

    return run


def _agreeing(name: str, kernel: Kernel) -> Kernel:
    """`kernel` for arguments of half precision or without elements."""

    def run(*args: Any) -> Any:
        from polykeras.interpreters.abstract import check
        from polykeras.ops.casting import cast
        from polykeras.ops.conversion import dtype
        from polykeras.ops.registry import REGISTRY

        op = REGISTRY[name]
        check(op, args)  # here, or the refusal would come from an op inside, about something else
        places = [p.index for p in op.tensors]
        nothing = next((args[i] for i in places if 0 in tuple(args[i].shape)), None)
        if nothing is not None:
            return _of_nothing(name, nothing, args)
        kind = dtype(args[0])
        if kind not in ("float16", "bfloat16"):
            return kernel(*args)
        wide = [cast(a, "float32") if i in places else a for i, a in enumerate(args)]
        return _each(lambda r: cast(r, kind) if dtype(r) == "float32" else r, kernel(*wide))

    return run


def _each(f: Callable[[Any], Any], results: Any) -> Any:
    return tuple(map(f, results)) if isinstance(results, tuple) else f(results)


def _of_nothing(name: str, nothing: Any, args: tuple[Any, ...]) -> Any:
    """The results where an argument has no elements; the determinant of a 0×0 matrix, a product of nothing, is 1."""
    from polykeras.interpreters.abstract import SYMBOLIC
    from polykeras.ops.casting import cast
    from polykeras.ops.creation import ones, zeros
    from polykeras.ops.movement import reshape

    rule = SYMBOLIC.entries[name](*args)
    if name == "slogdet":
        sign, logarithm = rule
        return ones(sign.shape, sign.dtype), zeros(logarithm.shape, logarithm.dtype)
    if name == "det":
        return ones(rule.shape, rule.dtype)
    return _each(lambda r: cast(reshape(nothing, r.shape), r.dtype), rule)


def _finite(x: Any) -> Any:
    """Which matrices of x have finite elements only; the axes stay."""
    from polykeras.ops.comparison import isfinite
    from polykeras.ops.reductions import all_

    return all_(isfinite(x), (-2, -1), True)


def _where_finite(kernel: Kernel) -> Kernel:
    """`kernel`, its floating results being NaN for each matrix that has an element which is not finite."""

    def run(x: Any, *rest: Any) -> Any:
        from polykeras.ops.conversion import dtype
        from polykeras.ops.indexing import where
        from polykeras.ops.movement import reshape

        finite = _finite(x)
        batch = tuple(x.shape)[:-2]

        def masked(result: Any) -> Any:
            if not is_differentiable(dtype(result)):
                return result
            nan = complex("nan+nanj") if dtype(result) in COMPLEX else float("nan")
            return where(reshape(finite, batch + (1,) * (len(result.shape) - len(batch))), result, nan)

        return _each(masked, kernel(where(finite, x, 0), *rest))

    return run


# ---- the conventions -------------------------------------------------------------------------------------------------


def _symmetric(x: Any) -> Any:
    from polykeras.ops.elementwise import add, multiply

    return multiply(add(x, transposed(x)), 0.5)


def _cholesky(library: Mapping[str, Kernel]) -> Kernel:
    factor = library["cholesky"]

    def run(x: Any, upper: bool) -> Any:
        from polykeras.ops.comparison import isnan
        from polykeras.ops.indexing import where
        from polykeras.ops.matrices import tril
        from polykeras.ops.reductions import any_

        lower = tril(factor(where(_finite(x), _symmetric(x), 0)))  # of zeros there is no factor either
        failed = any_(isnan(lower), (-2, -1), True)
        lower = tril(where(failed, float("nan"), lower))
        return transposed(lower) if upper else lower

    return run


def _thin_qr(library: Mapping[str, Kernel]) -> Kernel:
    factor = library["qr"]

    def run(x: Any) -> Any:
        from polykeras.ops.comparison import less
        from polykeras.ops.elementwise import multiply
        from polykeras.ops.indexing import where
        from polykeras.ops.matrices import diagonal, triu
        from polykeras.ops.movement import expand_dims

        q, r = factor(x)
        negative = less(diagonal(r, 0, -2, -1), 0)
        q = where(expand_dims(negative, -2), multiply(q, -1), q)
        return q, triu(where(expand_dims(negative, -1), multiply(r, -1), r))

    return run


def first_large(v: Any) -> Any:
    """The index of the first large entry of each column of v, as a row."""
    from polykeras.ops.comparison import greater
    from polykeras.ops.elementwise import abs_, multiply
    from polykeras.ops.reductions import amax, argmax

    size = abs_(v)
    return argmax(greater(size, multiply(amax(size, -2, True), LARGE)), -2, True)


def _turned(v: Any) -> Any:
    """Whether each column of v has to change its sign, as a row."""
    from polykeras.ops.comparison import less
    from polykeras.ops.indexing import take_along_axis

    return less(take_along_axis(v, first_large(v), -2), 0)


def _thin_svd(library: Mapping[str, Kernel]) -> Kernel:
    factor = library["svd"]

    def run(x: Any) -> Any:
        from polykeras.ops.elementwise import multiply
        from polykeras.ops.indexing import where

        u, s, vh = factor(x)
        turned = _turned(u)
        return where(turned, multiply(u, -1), u), s, where(transposed(turned), multiply(vh, -1), vh)

    return run


def _eigh(library: Mapping[str, Kernel]) -> Kernel:
    factor = library["eigh"]

    def run(x: Any) -> Any:
        from polykeras.ops.elementwise import multiply
        from polykeras.ops.indexing import where

        w, v = factor(_symmetric(x))
        return w, where(_turned(v), multiply(v, -1), v)

    return run


def _scaled_eig(library: Mapping[str, Kernel]) -> Kernel:
    factor = library["eig"]

    def run(x: Any) -> Any:
        from polykeras.ops.comparison import equal
        from polykeras.ops.complex_numbers import imag, real
        from polykeras.ops.conversion import dtype
        from polykeras.ops.elementwise import abs_, divide, multiply, rint
        from polykeras.ops.indexing import take_along_axis, where
        from polykeras.ops.movement import expand_dims
        from polykeras.ops.reductions import amax
        from polykeras.ops.sorting import argsort

        w, v = factor(x)
        grid = multiply(amax(abs_(w), -1, True), 1000 * epsilon(dtype(w)))
        by_imag = argsort(imag(w), -1)
        places = rint(divide(real(w), where(equal(grid, 0), 1, grid)))
        order = take_along_axis(by_imag, argsort(take_along_axis(places, by_imag, -1), -1), -1)
        v = take_along_axis(v, expand_dims(order, -2), -1)
        return take_along_axis(w, order, -1), divide(v, take_along_axis(v, first_large(v), -2))

    return run


def _triangular_solve(library: Mapping[str, Kernel]) -> Kernel:
    solve = _where_finite(library["solve_triangular"])

    def run(a: Any, b: Any, lower: bool) -> Any:
        from polykeras.ops.comparison import equal
        from polykeras.ops.elementwise import add
        from polykeras.ops.indexing import where
        from polykeras.ops.logic import logical_and
        from polykeras.ops.matrices import on_diagonal, tril, triu
        from polykeras.ops.reductions import any_

        a = tril(a) if lower else triu(a)
        n = tuple(a.shape)[-1]
        zero = logical_and(equal(a, 0), on_diagonal(n, n))
        x = solve(where(zero, add(a, 1), a), b, lower)
        return where(any_(zero, (-2, -1), True), float("nan"), x)

    return run


def _pinv(library: Mapping[str, Kernel]) -> Kernel:
    factor = library["svd"]

    def run(x: Any, rcond: float | None) -> Any:
        from polykeras.ops.comparison import greater
        from polykeras.ops.conversion import dtype
        from polykeras.ops.elementwise import divide, multiply
        from polykeras.ops.indexing import where
        from polykeras.ops.movement import expand_dims
        from polykeras.ops.products import matmul

        u, s, vh = factor(x)
        cutoff = max(tuple(x.shape)[-2:]) * epsilon(dtype(x)) if rcond is None else rcond
        counts = greater(s, multiply(s[..., :1], cutoff))
        inverse = where(counts, divide(1.0, where(counts, s, 1.0)), 0.0)
        return matmul(multiply(transposed(vh), expand_dims(inverse, -2)), transposed(u))

    return run


_CONVENTIONS: dict[str, Callable[[Mapping[str, Kernel]], Kernel]] = {
    "cholesky": _cholesky,
    "thin_qr": lambda library: _where_finite(_thin_qr(library)),
    "thin_svd": lambda library: _where_finite(_thin_svd(library)),
    "eigh": lambda library: _where_finite(_eigh(library)),
    "scaled_eig": lambda library: _where_finite(_scaled_eig(library)),
    "lu_factor": lambda library: _where_finite(library["lu"]),
    "linear_solve": lambda library: _where_finite(library["solve"]),
    "triangular_solve": _triangular_solve,
    "pinv": lambda library: _where_finite(_pinv(library)),
    "det": lambda library: _where_finite(library["det"]),
    "slogdet": lambda library: _where_finite(library["slogdet"]),
}

"""How sequences go together."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.linalg.shapes import in_full_precision, transposed
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


@composite(FLOAT, samples=lambda s: [s(s.real(2, 4)), s(s.real(5)), s(s.real(3, 3))])
def corrcoef(x: Tensor) -> Tensor:
    """Pearson's correlation of all pairs of variables: ``(m, m)`` for x of shape ``(m, n)``, n observations of m variables.

    A vector is one variable, and the result 0-d. Values are kept within -1 and 1. A constant variable gives NaN.
    Raises `ShapeError` for other ranks.
    """
    if len(x.shape) not in (1, 2):
        raise ShapeError(f"corrcoef: x must be (variables, observations) or one variable, got shape {tuple(x.shape)}.")
    return in_full_precision(_corrcoef, x)


def _corrcoef(x: Tensor) -> Tensor:
    from polykeras.ops.elementwise import clip, divide, sqrt, square, subtract
    from polykeras.ops.movement import expand_dims, reshape
    from polykeras.ops.products import matmul
    from polykeras.ops.reductions import mean, sum_

    vector = len(x.shape) == 1
    if vector:
        x = expand_dims(x, 0)
    x = subtract(x, mean(x, -1, True))
    x = divide(x, sqrt(sum_(square(x), -1, True)))
    result = clip(matmul(x, transposed(x)), -1, 1)
    return reshape(result, ()) if vector else result


def _correlate_cases(s: Any) -> list[Any]:
    return [
        s(s.real(5), s.real(3)),
        s(s.real(2), s.real(4)),
        s(s.real(5), s.real(2), mode="same"),
        s(s.real(3), s.real(4), mode="same"),
        s(s.real(3), s.real(2), mode="full"),
        s(s.real(2), s.real(3), mode="full"),
    ]


@composite(FLOAT, samples=_correlate_cases)
def correlate(x1: Tensor, x2: Tensor, mode: str = "valid") -> Tensor:
    """Sums of products of two vectors shifted against each other: ``sum(x1[n + k] * x2[n] for n)`` for rising k.

    `mode`: ``"full"`` has every k at which they overlap, ``"valid"`` those where the shorter one lies within the longer,
    ``"same"`` the middle ones, as many as the longer has elements; all as in NumPy. Raises `ShapeError` unless both are
    vectors with elements, `ArgumentError` for another mode.
    """
    from polykeras.ops.movement import flip

    m, n = _length(x1, "x1"), _length(x2, "x2")
    shorter = min(m, n)
    before = {"full": shorter - 1, "valid": 0, "same": shorter // 2}.get(mode)
    if before is None:
        raise ArgumentError(f"correlate: mode must be 'full', 'valid' or 'same', got {mode!r}.")
    after = shorter - 1 - before if mode == "same" else before
    if m >= n:
        return in_full_precision(lambda x1, x2: _slid(x1, x2, before, after), x1, x2)
    return flip(in_full_precision(lambda x1, x2: _slid(x2, x1, before, after), x1, x2))


def _length(x: Tensor, name: str) -> int:
    shape = tuple(x.shape)
    if len(shape) != 1 or shape[0] == 0:
        raise ShapeError(f"correlate: {name} must be a vector with at least one element, got shape {shape}.")
    return shape[0]


def _slid(long: Tensor, short: Tensor, before: int, after: int) -> Tensor:
    """`short` along `long`, which has so many zeros around it."""
    from polykeras.ops.movement import pad_constant
    from polykeras.ops.products import matmul
    from polykeras.ops.windows import sliding_windows

    windows = sliding_windows(pad_constant(long, ((before, after),), 0), (0,), tuple(short.shape), (1,), (1,))
    return matmul(windows, short)

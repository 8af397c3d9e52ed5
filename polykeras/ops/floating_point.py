"""What depends on how floating numbers are made: signs of zeros, neighbours, exponents, NaN and infinities."""

from __future__ import annotations

import math
from typing import Any

from polykeras import dtypes
from polykeras.ops import rules
from polykeras.ops.comparison import equal, isnan, less
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.elementwise import arctan2, clip, maximum, minimum, multiply, power, subtract
from polykeras.ops.indexing import where
from polykeras.ops.policies import FLOAT, KEEP, SAME
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Index, Tensor


def largest(dtype: str) -> float:
    """The largest finite number of a floating dtype."""
    import ml_dtypes

    return float(ml_dtypes.finfo(dtypes.numpy_dtype(dtype)).max)


# ---- infinities and NaN ----------------------------------------------------------------------------------------------


def _with_specials(s: Any) -> list[Any]:
    return [s(s.real(2, 3)), s([0.0, math.nan, math.inf, -math.inf], grad=False), s(s.ints(3))]


def _is_infinity(x: Tensor, infinity: float) -> Tensor:
    from polykeras.ops.creation import zeros_like

    return equal(x, infinity) if "float" in dtype_of(x) else zeros_like(x, dtype="bool")


@composite(SAME, samples=_with_specials, differentiable=False)
def isposinf(x: Tensor) -> Tensor:
    """Whether an element is infinite and positive."""
    return _is_infinity(x, math.inf)


@composite(SAME, samples=_with_specials, differentiable=False)
def isneginf(x: Tensor) -> Tensor:
    """Whether an element is infinite and negative."""
    return _is_infinity(x, -math.inf)


def _replaced(s: Any) -> list[Any]:
    # What stands for an infinity by default depends on the dtype; see the edges.
    return [
        s(s.real(2, 3)),
        s([0.5, math.nan], grad=False),
        s(s.ints(3)),
        s([math.nan, math.inf], 1.5, 7.5, grad=False),
    ]


@composite(KEEP, samples=_replaced)
def nan_to_num(x: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """x with `nan` for NaN, `posinf` and `neginf` for the infinities, by default the largest numbers of the dtype.

    Integers and bools stay as they are.
    """
    kind = dtype_of(x)
    if "float" not in kind:
        return x
    most = largest(kind)
    x = where(equal(x, math.inf), most if posinf is None else posinf, x)
    x = where(equal(x, -math.inf), -most if neginf is None else neginf, x)
    return where(isnan(x), nan, x)


def _around_nan(s: Any) -> list[Any]:
    return [
        s([[0.35, -1.25], [1.75, 0.45]], [0.85, -0.65]),  # none near a tie, which random numbers might be
        s(s.real(2, 1, 3), s.real(4, 1), grad=False),
        s(s.real(3), 2.5),
        s(s.ints(2, 2), s.ints(2)),
        s(s.real(0, 2), s.real(2)),
        s([1.5, math.nan, math.nan], [math.nan, 0.5, math.nan], grad=False),
    ]


def _either(pick: Any, x1: Tensor, x2: Tensor) -> Tensor:
    """`pick` of two numbers, the number of one number and NaN."""
    return where(isnan(x1), x2, where(isnan(x2), x1, pick(x1, x2)))


@composite(SAME, samples=_around_nan)
def fmax(x1: Tensor, x2: Tensor) -> Tensor:
    """The larger element; the other one if one is NaN. At a tie each argument gets half of the gradient."""
    return _either(maximum, x1, x2)


@composite(SAME, samples=_around_nan)
def fmin(x1: Tensor, x2: Tensor) -> Tensor:
    """The smaller element; the other one if one is NaN. At a tie each argument gets half of the gradient."""
    return _either(minimum, x1, x2)


# ---- signs, neighbours, exponents ------------------------------------------------------------------------------------


@composite(
    SAME, samples=lambda s: [*_with_specials(s), s([0.0, -0.0]), s(s.bools(3))], differentiable=False, exact=True
)
def signbit(x: Tensor) -> Tensor:
    """Whether an element is below zero, or the negative zero. Not NaN, to which frameworks give either sign."""
    kind = dtype_of(x)
    if "float" in kind:
        x = arctan2(x, -1.0)  # ±π of the zeros
    elif kind == "bool":
        from polykeras.ops.creation import zeros_like

        return zeros_like(x)
    return less(x, 0)


def _neighbours(s: Any) -> list[Any]:
    return [s([[1.0, -1.0, 0.5], [100.0, -0.75, 3.0]], [2.0, 2.0, 0.5]), s(s.real(3), 0.0), s(s.real(0, 2), s.real(2))]


@primitive(FLOAT, shape=rules.elementwise, samples=_neighbours, differentiable=False, exact=True)
def nextafter(x1: Tensor, x2: Tensor) -> Tensor:
    """The next number of the dtype after x1 in the direction of x2; x2 if they are equal, NaN if one is NaN."""


# The largest exponent of two, and one more than all the exponents that take the largest number to zero.
_EXPONENTS = {"float16": (15, 41), "bfloat16": (127, 262), "float32": (127, 278), "float64": (1023, 2099)}


def _scaled(s: Any) -> list[Any]:
    return [s(s.real(2, 3), [2, -3, 0]), s(s.real(), 4), s(s.real(2, 1), [-9, 9]), s(s.real(0, 2), [1, 2])]


@composite(FLOAT, samples=_scaled)
def ldexp(x1: Tensor, x2: Index) -> Tensor:
    """``x1 * 2 ** x2`` for integers x2, without overflow on the way. Integers x1 become the default float."""
    from polykeras.ops.casting import cast

    kind = dtype_of(x1)
    top, far = _EXPONENTS[kind]
    rest = cast(clip(_wide(x2), -far, far), kind if kind in ("float32", "float64") else "float32")
    two = 2.0
    for _ in range(-(-far // top) - 1):
        step = clip(rest, -top + 1, top)
        x1 = multiply(x1, cast(power(two, step), kind))
        rest = subtract(rest, step)
    return multiply(x1, cast(power(two, clip(rest, -top + 1, top)), kind))


def _wide(x: Tensor) -> Tensor:
    """Integers as int32 or, if they may be larger, int64: the bounds of the exponents fit."""
    from polykeras.ops.casting import cast

    kind = dtype_of(x)
    if kind == "uint64":
        x = minimum(x, 2**31)
    return cast(x, "int64" if kind in ("int64", "uint32", "uint64") else "int32")

"""How `round` rounds to other places than whole numbers."""

from __future__ import annotations

import numpy as np

from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, isfinite
from polykeras.ops.conversion import dtype
from polykeras.ops.creation import zeros_like
from polykeras.ops.elementwise import add, divide, floor_divide, multiply, rint, subtract
from polykeras.ops.indexing import where
from polykeras.ops.logic import bitwise_and, logical_and, logical_or
from polykeras.typing import Tensor


def round_floats(x: Tensor, decimals: int) -> Tensor:
    """Floats to `decimals` places, not 0; numbers that are too large to have so many stay as they are."""
    kind = dtype(x)
    if kind in ("float16", "bfloat16"):
        return cast(round_floats(cast(x, "float32"), decimals), kind)
    if abs(decimals) > (308 if kind == "float64" else 38):  # 10 to that power is infinite
        return x if decimals > 0 else where(isfinite(x), zeros_like(x), x)
    factor = 10.0 ** abs(decimals)
    if decimals < 0:
        return multiply(rint(divide(x, factor)), factor)
    scaled = multiply(x, factor)
    return where(isfinite(scaled), divide(rint(scaled), factor), x)


def round_integers(x: Tensor, digits: int) -> Tensor:
    """Integers to multiples of ``10 ** digits``, a positive number of digits; wraps where the dtype cannot hold one."""
    kind = dtype(x)
    unit = 10**digits
    if kind == "bool" or unit > np.iinfo(kind).max:
        return zeros_like(x)
    quotient = floor_divide(x, unit)
    rest = subtract(x, multiply(quotient, unit))
    tie = logical_and(equal(rest, unit // 2), equal(bitwise_and(quotient, 1), 1))
    up = logical_or(greater(rest, unit // 2), tie)
    return multiply(add(quotient, cast(up, kind)), unit)

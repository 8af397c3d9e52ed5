"""Rules of elementwise ops. The tape sums over axes that were broadcast."""

from __future__ import annotations

import math
from typing import Any

from polykeras.dtypes import COMPLEX, is_differentiable
from polykeras.gradients.table import rule
from polykeras.ops.activation_gradients import tanh_gradient
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater
from polykeras.ops.complex_numbers import conj
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.elementwise import (
    add,
    cos,
    cosh,
    divide,
    exp,
    floor_divide,
    log,
    multiply,
    negative,
    power,
    sign,
    sin,
    sinh,
    square,
    subtract,
)
from polykeras.ops.indexing import where


def _same(g: Any) -> Any:
    return g


def share_of_winner(out: Any, x: Any, g: Any, other: Any) -> Any:
    """What an argument of maximum or minimum gets: all where it won, half at a tie, nothing elsewhere."""
    return multiply(g, where(equal(x, other), 0.5, cast(equal(x, out), dtype(out))))


def _tensor(x: Any, out: Any) -> Any:
    """An argument; a Python number becomes a tensor like the result, numbers alone would make the default float."""
    return convert_to_tensor(x, dtype(out)) if type(x) in (int, float, complex) else x


def _power_base(out: Any, x1: Any, x2: Any) -> Any:
    x2 = _tensor(x2, out)

    # x2 * x1 ** (x2 - 1), but 0 where x2 is 0, also at x1 = 0.
    def pull(g: Any) -> Any:
        zero = equal(x2, 0)
        return multiply(g, where(zero, 0, multiply(x2, power(x1, where(zero, 1, subtract(x2, 1))))))

    return pull


def _power_exponent(out: Any, x1: Any, x2: Any) -> Any:
    x1 = _tensor(x1, out)
    if dtype(out) in COMPLEX:
        zero = equal(x1, 0)
        return lambda g: where(zero, 0, multiply(g, multiply(out, log(where(zero, 1, x1)))))
    # out * log(x1), but 0 where x1 is 0 or negative: the limit from the right, and no derivative at all.
    return lambda g: multiply(g, where(greater(x1, 0), multiply(out, log(where(greater(x1, 0), x1, 1))), 0))


def _abs(out: Any, x: Any) -> Any:
    if dtype(x) not in COMPLEX:
        return lambda g: multiply(g, sign(x))
    return lambda g: multiply(g, divide(conj(x), where(equal(out, 0), 1, out)))  # the derivative at 0 is 0


rule("add", x1=lambda out, x1, x2: _same, x2=lambda out, x1, x2: _same)
rule("subtract", x1=lambda out, x1, x2: _same, x2=lambda out, x1, x2: negative)
rule("multiply", x1=lambda out, x1, x2: lambda g: multiply(g, x2), x2=lambda out, x1, x2: lambda g: multiply(g, x1))
rule(
    "divide",
    x1=lambda out, x1, x2: lambda g: divide(g, x2),
    x2=lambda out, x1, x2: lambda g: negative(divide(multiply(g, out), x2)),
)
rule(
    "mod",
    x1=lambda out, x1, x2: _same,
    x2=lambda out, x1, x2: lambda g: negative(multiply(g, floor_divide(x1, x2))),
)
rule("power", x1=_power_base, x2=_power_exponent)
rule(
    "maximum",
    x1=lambda out, x1, x2: lambda g: share_of_winner(out, x1, g, x2),
    x2=lambda out, x1, x2: lambda g: share_of_winner(out, x2, g, x1),
)
rule(
    "minimum",
    x1=lambda out, x1, x2: lambda g: share_of_winner(out, x1, g, x2),
    x2=lambda out, x1, x2: lambda g: share_of_winner(out, x2, g, x1),
)
rule(
    "arctan2",
    x1=lambda out, x1, x2: lambda g: divide(multiply(g, x2), _squared_distance(out, x1, x2)),
    x2=lambda out, x1, x2: lambda g: negative(divide(multiply(g, x1), _squared_distance(out, x1, x2))),
)
rule("negative", x=lambda out, x: negative)
rule("abs", x=_abs)

rule("exp", x=lambda out, x: lambda g: multiply(g, out))
rule("expm1", x=lambda out, x: lambda g: multiply(g, add(out, 1)))
rule("log", x=lambda out, x: lambda g: divide(g, x))
rule("log1p", x=lambda out, x: lambda g: divide(g, add(x, 1)))
rule("sqrt", x=lambda out, x: lambda g: divide(multiply(g, 0.5), out))

rule("sin", x=lambda out, x: lambda g: multiply(g, cos(x)))
rule("cos", x=lambda out, x: lambda g: negative(multiply(g, sin(x))))
rule("tan", x=lambda out, x: lambda g: multiply(g, add(1, square(out))))
rule("arcsin", x=lambda out, x: lambda g: divide(g, _sqrt_one_minus_square(x)))
rule("arccos", x=lambda out, x: lambda g: negative(divide(g, _sqrt_one_minus_square(x))))
rule("arctan", x=lambda out, x: lambda g: divide(g, add(1, square(x))))
rule("sinh", x=lambda out, x: lambda g: multiply(g, cosh(x)))
rule("cosh", x=lambda out, x: lambda g: multiply(g, sinh(x)))
rule("tanh", x=lambda out, x: lambda g: tanh_gradient(g, out))
rule("arcsinh", x=lambda out, x: lambda g: divide(g, cosh(out)))
rule("arccosh", x=lambda out, x: lambda g: divide(g, sinh(out)))
rule("arctanh", x=lambda out, x: lambda g: divide(g, subtract(1, square(x))))
rule("erf", x=lambda out, x: lambda g: multiply(g, multiply(2 / math.sqrt(math.pi), exp(negative(square(x))))))
rule("erfinv", x=lambda out, x: lambda g: multiply(g, multiply(math.sqrt(math.pi) / 2, exp(square(out)))))


def _squared_distance(out: Any, x1: Any, x2: Any) -> Any:
    return add(square(_tensor(x1, out)), square(_tensor(x2, out)))


def _sqrt_one_minus_square(x: Any) -> Any:
    from polykeras.ops.elementwise import sqrt

    # (1 - x)(1 + x) keeps its digits near ±1, where 1 - x² does not.
    return sqrt(multiply(subtract(1, x), add(1, x)))


def _cast_back(out: Any, x: Any, target: str) -> Any:
    source = dtype(x)
    if not is_differentiable(source) or not is_differentiable(target):
        return None  # integers are constants
    return lambda g: cast(g, source)  # complex to real and back: the real part, either way


rule("cast", x=_cast_back)
rule(
    "where",
    x1=lambda out, condition, x1, x2: lambda g: where(condition, g, 0),
    x2=lambda out, condition, x1, x2: lambda g: where(condition, 0, g),
)

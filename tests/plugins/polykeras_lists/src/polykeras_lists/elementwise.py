"""Functions of single numbers, and how they run over tensors. Python raises where IEEE arithmetic goes on."""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable
from math import copysign, inf, nan
from statistics import NormalDist
from struct import pack, unpack
from typing import Any

from polykeras import dtypes
from polykeras_lists.tensor import spread


def over(
    f: Callable[..., Any], otherwise: Callable[..., Any] = lambda *numbers: nan, of_complex: Any = None
) -> Callable[..., list[Any]]:
    """The elements of a result, from its shape and the arguments: `f` of them, `otherwise` where Python refuses."""

    def elements(out: Any, *xs: Any) -> list[Any]:
        function = of_complex if of_complex and xs[0].dtype in dtypes.COMPLEX else f

        def one(*numbers: Any) -> Any:
            try:
                return function(*numbers)
            except (ValueError, ArithmeticError):
                return otherwise(*numbers)

        columns = [spread(x, out.shape) for x in xs]
        try:
            return list(map(function, *columns))
        except (ValueError, ArithmeticError):
            return list(map(one, *columns))

    return elements


def _over_zero(a: Any, b: Any) -> Any:
    if type(a) is complex:
        return complex(_over_zero(a.real, b.real), _over_zero(a.imag, b.real))
    return nan if a == 0 or a != a else copysign(inf, a) * copysign(1.0, b)


def _power(a: Any, b: Any) -> Any:
    if type(a) is float:
        return math.pow(a, b)
    if type(a) is complex:
        return a**b
    return pow(a, b, 1 << 64) if b >= 0 else a**-b if abs(a) == 1 else 0


def _erfinv(x: float) -> float:
    y = copysign(NormalDist().inv_cdf((1 - abs(x)) / 2) / math.sqrt(2), x)
    return y - (math.erf(y) - x) * math.exp(y * y) * math.sqrt(math.pi) / 2  # Newton's step, for the last digits


def _bessel(order: int) -> Callable[..., Any]:
    """The modified function of the first kind, by its series, whose terms have one sign."""

    def function(x: float) -> float:
        term = total = (x / 2) ** order
        k = 1
        while total - total == 0 and abs(term) > 1e-17 * abs(total):
            term *= x * x / 4 / (k * (k + order))
            total, k = total + term, k + 1
        return total

    return function


def _next_after(out: Any, x1: Any, x2: Any) -> list[Any]:
    """Numbers in order have bits in order: the next one up is the next integer, away from zero."""
    bits, size = {"float16": ("h", "e"), "float64": ("q", "d")}.get(out.dtype, ("i", "f")), 1
    if out.dtype == "bfloat16":
        size = 1 << 16  # the lower half of a float32 is not there

    def one(a: float, b: float) -> float:
        if a == b or a != a or b != b:
            return b if a == b else nan
        if a == 0:
            return copysign(unpack(bits[1], pack(bits[0], size))[0], b)
        step = size if (b > a) == (a > 0) else -size
        return float(unpack(bits[1], pack(bits[0], unpack(bits[0], pack(bits[1], a))[0] + step))[0])

    return over(one)(out, x1, x2)


def pythons(name: str) -> str:
    """Python's name of a function."""
    return name.replace("arc", "a")


MATH = (
    "sqrt", "sin", "cos", "tan", "tanh", "erf", "erfc", "gcd", "arcsin", "arccos", "arctan", "arctan2", "arcsinh",
    "arccosh",
)  # fmt: skip
OPERATORS = {
    "add": "add", "subtract": "sub", "multiply": "mul", "negative": "neg", "abs": "abs",
    "bitwise_and": "and_", "bitwise_or": "or_", "bitwise_xor": "xor", "logical_and": "and_",
    "logical_or": "or_", "logical_not": "not_", "equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le",
    "greater": "gt", "greater_equal": "ge",
}  # fmt: skip
ROUNDING: dict[str, Callable[..., Any]] = {"floor": math.floor, "ceil": math.ceil, "rint": round}
ELEMENTWISE = {
    **{name: over(getattr(math, pythons(name)), of_complex=getattr(cmath, pythons(name), None)) for name in MATH},
    **{name: over(getattr(operator, said)) for name, said in OPERATORS.items()},
    **{name: over(lambda x, f=f: copysign(f(x), x), lambda x: x) for name, f in ROUNDING.items()},
    "trunc": over(lambda x: copysign(math.trunc(x), x) if type(x) is float else x, lambda x: x),
    **{name: over(getattr(math, name), lambda x: inf, getattr(cmath, name)) for name in ("exp", "cosh")},
    "expm1": over(math.expm1, lambda x: inf, lambda z: cmath.exp(z) - 1),
    "arctanh": over(math.atanh, lambda x: copysign(inf, x) if abs(x) == 1 else nan, cmath.atanh),
    "erfinv": over(_erfinv, lambda x: copysign(inf, x) if abs(x) == 1 else nan),
    "i0": over(_bessel(0), lambda x: inf),
    "i1": over(_bessel(1), lambda x: copysign(inf, x)),
    "nextafter": _next_after,
    "sinh": over(math.sinh, lambda x: copysign(inf, x), cmath.sinh),
    "log": over(math.log, lambda x: nan if x else -inf, cmath.log),
    "log1p": over(math.log1p, lambda x: nan if x + 1 else -inf, lambda z: cmath.log(1 + z)),
    "divide": over(operator.truediv, _over_zero),
    "left_shift": over(operator.lshift, lambda a, b: 0),
    "right_shift": over(operator.rshift, lambda a, b: -(a < 0)),
    "floor_divide": over(operator.floordiv, lambda a, b: _over_zero(a, b) if type(a) is float else 0),
    "mod": over(operator.mod, lambda a, b: nan if type(a) is float else 0),
    "power": over(_power, lambda a, b: nan if a < 0 and b % 1 else copysign(inf, a) if b % 2 == 1 else inf),
    "maximum": over(lambda a, b: a if a >= b or a != a else b),
    "minimum": over(lambda a, b: a if a <= b or a != a else b),
    "sign": over(lambda x: (x > 0) - (x < 0) if x == x else x),
    "bitwise_invert": over(lambda x: not x if type(x) is bool else ~x),
    "where": over(lambda condition, a, b: a if condition else b),
}

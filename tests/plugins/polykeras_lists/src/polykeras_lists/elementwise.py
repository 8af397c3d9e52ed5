"""Functions of single numbers, and how they run over tensors. Python raises where IEEE arithmetic goes on."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from math import copysign, inf, nan
from statistics import NormalDist
from typing import Any

from polykeras_lists.tensor import spread


def over(f: Callable[..., Any], otherwise: Callable[..., Any] = lambda *numbers: nan) -> Callable[..., list[Any]]:
    """The elements of a result, from its shape and the arguments: `f` of them, `otherwise` where Python refuses."""

    def one(*numbers: Any) -> Any:
        try:
            return f(*numbers)
        except (ValueError, ArithmeticError):
            return otherwise(*numbers)

    def elements(out: Any, *xs: Any) -> list[Any]:
        columns = [spread(x, out.shape) for x in xs]
        try:
            return list(map(f, *columns))
        except (ValueError, ArithmeticError):
            return list(map(one, *columns))

    return elements


def _over_zero(a: Any, b: Any) -> float:
    return nan if a == 0 or a != a else copysign(inf, a) * copysign(1.0, b)


def _power(a: Any, b: Any) -> Any:
    if type(a) is float:
        return math.pow(a, b)
    return pow(a, b, 1 << 64) if b >= 0 else a**-b if abs(a) == 1 else 0


def _erfinv(x: float) -> float:
    y = copysign(NormalDist().inv_cdf((1 - abs(x)) / 2) / math.sqrt(2), x)
    return y - (math.erf(y) - x) * math.exp(y * y) * math.sqrt(math.pi) / 2  # Newton's step, for the last digits


MATH = ("sqrt", "sin", "cos", "tan", "tanh", "erf", "arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh")
OPERATORS = {
    "add": "add", "subtract": "sub", "multiply": "mul", "negative": "neg", "abs": "abs", "left_shift": "lshift",
    "right_shift": "rshift", "bitwise_and": "and_", "bitwise_or": "or_", "bitwise_xor": "xor", "logical_and": "and_",
    "logical_or": "or_", "logical_not": "not_", "equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le",
    "greater": "gt", "greater_equal": "ge",
}  # fmt: skip
ROUNDING: dict[str, Callable[..., Any]] = {"floor": math.floor, "ceil": math.ceil, "trunc": math.trunc, "rint": round}
AT_ONE = {"arctanh": math.atanh, "erfinv": _erfinv}  # infinite there
ELEMENTWISE = {
    **{name: over(getattr(math, name.replace("arc", "a"))) for name in MATH},
    **{name: over(getattr(operator, pythons)) for name, pythons in OPERATORS.items()},
    **{name: over(f, lambda x: x) for name, f in ROUNDING.items()},
    **{name: over(getattr(math, name), lambda x: inf) for name in ("exp", "expm1", "cosh")},
    **{name: over(f, lambda x: copysign(inf, x) if abs(x) == 1 else nan) for name, f in AT_ONE.items()},
    "sinh": over(math.sinh, lambda x: copysign(inf, x)),
    "log": over(math.log, lambda x: nan if x else -inf),
    "log1p": over(math.log1p, lambda x: nan if x + 1 else -inf),
    "divide": over(operator.truediv, _over_zero),
    "floor_divide": over(operator.floordiv, lambda a, b: _over_zero(a, b) if type(a) is float else 0),
    "mod": over(operator.mod, lambda a, b: nan if type(a) is float else 0),
    "power": over(_power, lambda a, b: nan if a < 0 and b % 1 else copysign(inf, a) if b % 2 == 1 else inf),
    "maximum": over(lambda a, b: a if a >= b or a != a else b),
    "minimum": over(lambda a, b: a if a <= b or a != a else b),
    "sign": over(lambda x: (x > 0) - (x < 0) if x == x else x),
    "bitwise_invert": over(lambda x: not x if type(x) is bool else ~x),
    "where": over(lambda condition, a, b: a if condition else b),
}

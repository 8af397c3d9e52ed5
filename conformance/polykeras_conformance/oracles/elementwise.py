"""Arithmetic and functions of one variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special


def _is_whole(*xs: Any) -> bool:
    """Whether all arguments are integers."""
    return all(np.asarray(x).dtype.kind in "iu" for x in xs)


def _floor_divide(x: Any, y: Any) -> Any:
    if _is_whole(x, y):
        return np.where(np.equal(y, 0), 0, np.floor_divide(x, np.where(np.equal(y, 0), 1, y)))
    # An infinite number over a finite one leaves no remainder, and so has no whole part, as in Python.
    no_remainder = np.isinf(x) & ~np.equal(y, 0)
    return np.where(no_remainder, np.nan, np.floor(np.true_divide(x, y)))


def _mod(x: Any, y: Any) -> Any:
    if _is_whole(x, y):
        return np.where(np.equal(y, 0), 0, np.mod(x, np.where(np.equal(y, 0), 1, y)))
    return np.mod(x, y)  # by long division: the quotient of a huge and a small number has no digits to take its floor of


def _power(x: Any, y: Any) -> Any:
    if not _is_whole(x, y):
        return np.power(x, y)
    x, y = np.broadcast_arrays(x, y)  # the truncated quotient of 1, which NumPy refuses: not 0 for the bases 1 and -1
    of_one = np.where(np.abs(x) == 1, np.where(y % 2 == 0, np.abs(x), x), 0)
    return np.where(y < 0, of_one, np.power(x, np.maximum(y, 0)))


def _as_it_is(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, but bools are returned unchanged: NumPy refuses or widens them."""
    return lambda x: x if np.asarray(x).dtype == bool else f(x)


def _round(x: Any, decimals: int) -> Any:
    x = np.asarray(x)
    if x.dtype == bool:
        return x if decimals >= 0 else np.zeros_like(x)
    return np.round(x, decimals)


ORACLES: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.true_divide,
    "true_divide": np.true_divide,
    "floor_divide": _floor_divide,
    "mod": _mod,
    "power": _power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "arctan2": np.arctan2,
    "negative": np.negative,
    "abs": np.abs,
    "absolute": np.abs,
    "sign": _as_it_is(np.sign),
    "square": lambda x: np.multiply(x, x),
    "reciprocal": lambda x: np.true_divide(1.0, x),
    "exp": np.exp,
    "expm1": np.expm1,
    "exp2": np.exp2,
    "log": np.log,
    "log1p": np.log1p,
    "log2": np.log2,
    "log10": np.log10,
    "logaddexp": np.logaddexp,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "hypot": np.hypot,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsinh": np.arcsinh,
    "arccosh": np.arccosh,
    "arctanh": np.arctanh,
    "erf": special.erf,
    "erfinv": special.erfinv,
    "floor": np.floor,
    "ceil": np.ceil,
    "rint": np.rint,
    "trunc": _as_it_is(np.trunc),
    "round": _round,
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
}

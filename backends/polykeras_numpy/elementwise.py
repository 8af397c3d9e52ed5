"""Arithmetic, comparison, logic and bits: mostly NumPy's own ufuncs.

Called directly, they warn as NumPy does (division by zero, overflow); compiled steps run silently.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _erf(x: Any) -> Any:
    from scipy.special import erf

    return erf(x)


def _erfc(x: Any) -> Any:
    from scipy.special import erfc

    return erfc(x)


def _erfinv(x: Any) -> Any:
    from scipy.special import erfinv

    return erfinv(x)


def _in_float32(function: Any) -> Any:
    """SciPy has no half-precision loops."""

    def kernel(x: Any) -> Any:
        if x.dtype in (np.float32, np.float64):
            return function(x)
        return function(x.astype(np.float32)).astype(x.dtype)

    return kernel


def _power(x1: Any, x2: Any) -> Any:
    dtype = x1.dtype if hasattr(x1, "dtype") else x2.dtype
    if dtype.kind not in "iu" or np.all(np.greater_equal(x2, 0)):
        return np.power(x1, x2)
    # NumPy refuses negative exponents of integers; the truncated answer is 0 but for bases 1 and -1.
    unit = np.where(np.abs(x1) == 1, np.power(x1, np.abs(x2)), 0)
    return np.where(np.greater_equal(x2, 0), np.power(x1, np.maximum(x2, 0)), unit).astype(dtype)


KERNELS = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "floor_divide": np.floor_divide,
    "mod": np.mod,
    "power": _power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "arctan2": np.arctan2,
    "negative": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
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
    "erf": _in_float32(_erf),
    "erfc": _in_float32(_erfc),
    "erfinv": _in_float32(_erfinv),
    "nextafter": np.nextafter,
    "gcd": np.gcd,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "rint": np.rint,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_not": np.logical_not,
    "bitwise_and": np.bitwise_and,
    "bitwise_or": np.bitwise_or,
    "bitwise_xor": np.bitwise_xor,
    "bitwise_invert": np.invert,
    "left_shift": np.left_shift,
    "right_shift": np.right_shift,
}


def _sigmoid(x: Any) -> Any:
    from scipy.special import expit

    return expit(x)


OVERRIDES = {
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "square": np.square,
    "cbrt": np.cbrt,
    "isnan": np.isnan,
    "isfinite": np.isfinite,
    "isinf": np.isinf,
    "logaddexp": np.logaddexp,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": _in_float32(_sigmoid),
}

"""Arithmetic, comparison, logic and bits."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

from polykeras_jax.compiled import compiled, fuse


def _common(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Both in the dtype of the tensor among them (a Python number is weak) and in one shape."""
    dtype = jnp.result_type(x1, x2)
    x1, x2 = jnp.broadcast_arrays(x1, x2)
    return lax.convert_element_type(x1, dtype), lax.convert_element_type(x2, dtype)


def _integers(dtype: Any) -> bool:
    return bool(jnp.issubdtype(dtype, jnp.integer))


def _floor_divide(x1: Any, x2: Any) -> Any:
    x1, x2 = _common(x1, x2)
    zero = x2 == 0
    if _integers(x1.dtype):
        return jnp.where(zero, 0, jnp.floor_divide(x1, jnp.where(zero, 1, x2)))
    # Older releases of JAX (0.6) give NaN for a division by zero that is infinite.
    return jnp.where(zero, lax.stop_gradient(x1 / x2), jnp.floor_divide(x1, x2))


def _mod(x1: Any, x2: Any) -> Any:
    x1, x2 = _common(x1, x2)
    if not _integers(x1.dtype):
        return jnp.remainder(x1, x2)
    zero = x2 == 0
    return jnp.where(zero, 0, jnp.remainder(x1, jnp.where(zero, 1, x2)))


@jax.custom_jvp
def _float_power(x1: Any, x2: Any) -> Any:
    return lax.pow(x1, x2)


def _float_power_jvp(primals: Any, tangents: Any) -> Any:
    # Written out because JAX's own gives NaN where base and exponent are 0; an exponent that is a constant, as most
    # are, must not bring in the logarithm.
    (x1, x2), (t1, t2) = primals, tangents
    out = _float_power(x1, x2)
    tangent = jnp.zeros_like(out)
    if not isinstance(t1, SymbolicZero):
        lower = jnp.where(x2 == 0, 1, x2 - 1)
        tangent += t1 * jnp.where(x2 == 0, 0, x2 * _float_power(x1, lower))
    if not isinstance(t2, SymbolicZero):
        positive = x1 > 0
        tangent += t2 * jnp.where(positive, out * jnp.log(jnp.where(positive, x1, 1)), 0)
    return out, tangent


_float_power.defjvp(_float_power_jvp, symbolic_zeros=True)


def _integer_power(x1: Any, x2: Any) -> Any:
    """By repeated squaring, modulo the dtype's range. A negative exponent gives the quotient truncated: 0, 1 or -1."""
    negative = x2 < 0
    one = jnp.ones_like(x1)

    def halve(state: Any) -> Any:
        result, square, exponent = state
        return jnp.where(exponent & 1, result * square, result), square * square, lax.shift_right_logical(exponent, one)

    start = one, x1, jnp.where(negative, x2 & 1, x2)
    result, _, _ = lax.while_loop(lambda state: jnp.any(state[2] != 0), halve, start)
    unit = jnp.where(x1 == 1, 1, jnp.where(x1 == -1, result, 0)).astype(x1.dtype) if x1.dtype.kind == "i" else result
    return jnp.where(negative, unit, result)


def _power(x1: Any, x2: Any) -> Any:
    x1, x2 = _common(x1, x2)
    if _integers(x1.dtype):
        return _integer_power(x1, x2)
    return _float_power(x1, x2) if jnp.issubdtype(x1.dtype, jnp.floating) else lax.pow(x1, x2)


_general_power = compiled(_power)
_root = compiled(jnp.sqrt)
_static_power = compiled(lambda x, n: lax.integer_pow(x, n), 1)


def _power_kernel(x1: Any, x2: Any) -> Any:
    if type(x2) is float and x2 == 0.5:
        return _root(x1)
    if type(x2) is int and -16 <= x2 <= 16 and not _integers(x1.dtype):
        return _static_power(x1, x2)  # a few products: exact, and cheaper than the general power
    return _general_power(x1, x2)


def _abs(x: Any) -> Any:
    if jnp.iscomplexobj(x):  # XLA says NaN of an infinite part beside NaN
        return jnp.where(jnp.isinf(x.real) | jnp.isinf(x.imag), jnp.inf, jnp.abs(x))
    # The derivative of lax.abs at 0 is 1; this has the sign's, which is 0.
    return x * lax.stop_gradient(lax.sign(x)) if jnp.issubdtype(x.dtype, jnp.floating) else jnp.abs(x)


def _gcd(x1: Any, x2: Any) -> Any:
    """By Euclid's algorithm. That of jax.numpy does not end where the lowest number meets zero."""

    def step(state: Any) -> Any:
        x1, x2 = state
        ended = x2 == 0
        return jnp.where(ended, x1, x2), jnp.where(ended, 0, lax.rem(x1, jnp.where(ended, 1, x2)))

    return jnp.abs(lax.while_loop(lambda state: jnp.any(state[1] != 0), step, _common(x1, x2))[0])


_FUNCTIONS = {
    "add": jnp.add,
    "subtract": jnp.subtract,
    "multiply": jnp.multiply,
    "divide": jnp.divide,
    "floor_divide": _floor_divide,
    "mod": _mod,
    "maximum": jnp.maximum,
    "minimum": jnp.minimum,
    "arctan2": jnp.arctan2,
    "negative": jnp.negative,
    "abs": _abs,
    "sign": jnp.sign,
    "exp": jnp.exp,
    "expm1": jnp.expm1,
    "log": jnp.log,
    "log1p": jnp.log1p,
    "sqrt": jnp.sqrt,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tan": jnp.tan,
    "arcsin": jnp.arcsin,
    "arccos": jnp.arccos,
    "arctan": jnp.arctan,
    "sinh": jnp.sinh,
    "cosh": jnp.cosh,
    "tanh": jnp.tanh,
    "arcsinh": jnp.arcsinh,
    "arccosh": jnp.arccosh,
    "arctanh": jnp.arctanh,
    "erf": lax.erf,
    "erfc": lax.erfc,
    "erfinv": lax.erf_inv,
    "nextafter": jnp.nextafter,
    "gcd": _gcd,
    "floor": jnp.floor,
    "ceil": jnp.ceil,
    "trunc": jnp.trunc,
    "rint": jnp.rint,
    "equal": jnp.equal,
    "not_equal": jnp.not_equal,
    "less": jnp.less,
    "less_equal": jnp.less_equal,
    "greater": jnp.greater,
    "greater_equal": jnp.greater_equal,
    "logical_and": jnp.logical_and,
    "logical_or": jnp.logical_or,
    "logical_not": jnp.logical_not,
    "bitwise_and": jnp.bitwise_and,
    "bitwise_or": jnp.bitwise_or,
    "bitwise_xor": jnp.bitwise_xor,
    "bitwise_invert": jnp.bitwise_not,
    "left_shift": jnp.left_shift,
    "right_shift": jnp.right_shift,
}

KERNELS = {**{name: compiled(function) for name, function in _FUNCTIONS.items()}, "power": _power_kernel}

_NATIVE = {
    "square": jnp.square,
    "cbrt": jnp.cbrt,
    "exp2": jnp.exp2,
    "log2": jnp.log2,
    "log10": jnp.log10,
    "logaddexp": jnp.logaddexp,
    "rsqrt": lax.rsqrt,
    "isnan": jnp.isnan,
    "isinf": jnp.isinf,
    "isfinite": jnp.isfinite,
    "logical_xor": jnp.logical_xor,
}

OVERRIDES = {
    **{name: compiled(function) for name, function in _NATIVE.items()},
    **fuse("clip", "sinc", "fmod", "ldexp", "nan_to_num", "logaddexp2"),
}

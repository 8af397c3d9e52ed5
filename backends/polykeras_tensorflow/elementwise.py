"""Arithmetic, functions of one variable, comparison, logic and bits.

A Python number in the first place becomes a tensor: in a graph, TensorFlow would take its dtype from it. In the second
place TensorFlow converts it to the dtype of the first, at no cost; but not a bool.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from polykeras_tensorflow.native import BOOL, COMPLEX, FLOATS, NUMBERS, UNSIGNED, by_dtype, number, raw, through

Kernel = Callable[..., Any]
_EagerTensor = tf.__internal__.EagerTensor


# ---- of two arguments ------------------------------------------------------------------------------------------------


def _binary(op: Kernel, on_bools: Kernel | None = None) -> Kernel:
    """`op`, with numbers in either place, and another one for bools."""

    def kernel(x1: Any, x2: Any) -> Any:
        if type(x1) in NUMBERS:
            x1 = number(x1, x2.dtype)
        elif type(x2) is bool:
            x2 = number(x2, x1.dtype)
        return op(x1, x2) if on_bools is None or x1.dtype is not BOOL else on_bools(x1, x2)

    return kernel


def _add(x1: Any, x2: Any) -> Any:
    """In a graph a bias is added by the op that TensorFlow fuses with the product or convolution before it."""
    if type(x1) is _EagerTensor or type(x2) in NUMBERS or not len(x2.shape) == 1 < len(x1.shape):
        return raw.AddV2(x1, x2)
    fits = x1.dtype in FLOATS and x1.shape[-1] == x2.shape[0] is not None
    return (raw.BiasAdd if fits else raw.AddV2)(x1, x2)


def _compared(op: Kernel) -> Kernel:
    return _binary(op, lambda x1, x2: op(raw.Cast(x1, tf.uint8), raw.Cast(x2, tf.uint8)))


def _extreme(op: Kernel, on_bools: Kernel) -> Kernel:
    """maximum or minimum. TensorFlow gives a tie's whole gradient to the first argument; the mean of both shares it."""

    def shared(x1: Any, x2: Any) -> Any:
        if x1.dtype not in FLOATS:
            return op(x1, x2)
        # Halves before they are added: the sum itself might overflow.
        half = x2 * 0.5 if type(x2) in NUMBERS else raw.Mul(x2, 0.5)
        return raw.SelectV2(raw.Equal(x1, x2), raw.AddV2(raw.Mul(x1, 0.5), half), op(x1, x2))

    return _binary(shared, on_bools)


def _whole_division(op: Kernel) -> Kernel:
    """`op` on floats; on integers, 0 where the divisor is 0, which TensorFlow refuses."""

    def kernel(x1: Any, x2: Any) -> Any:
        if type(x2) in NUMBERS:
            return raw.ZerosLike(x1) if x2 == 0 and x1.dtype not in FLOATS else op(x1, x2)
        if x2.dtype in FLOATS:
            return op(x1, x2)
        zero = raw.Equal(x2, 0)
        return raw.SelectV2(zero, raw.ZerosLike(x2), op(x1, raw.SelectV2(zero, raw.OnesLike(x2), x2)))

    return _binary(kernel)


def _floor_divide(x1: Any, x2: Any) -> Any:
    if x1.dtype not in FLOATS:
        return raw.FloorDiv(x1, x2)
    # TensorFlow rounds the quotient before it takes the floor: 1 / 0.1 would be 10, and the remainder 0.1.
    x1, x2 = raw.StopGradient(x1), raw.StopGradient(number(x2, x1.dtype) if type(x2) in NUMBERS else x2)
    rest = raw.FloorMod(x1, x2)
    quotient = raw.Round(raw.RealDiv(raw.Sub(x1, rest), x2))
    quotient = raw.SelectV2(raw.IsInf(rest), -raw.OnesLike(rest), quotient)  # by infinity, of the other sign
    return raw.SelectV2(raw.Equal(x2, 0), raw.RealDiv(x1, x2), quotient)


def _power(x1: Any, x2: Any) -> Any:
    dtype = x1.dtype
    if dtype in FLOATS or dtype in COMPLEX:
        if type(x2) in NUMBERS and x2 != 0:
            return raw.Sqrt(x1) if x2 == 0.5 else raw.Pow(x1, x2)
        # The derivative of x ** 0 at x = 0 is 0; x2 * x1 ** (x2 - 1) would be NaN. 1 ** 0 is as good as 0 ** 0.
        return raw.Pow(raw.SelectV2(raw.LogicalAnd(raw.Equal(x1, 0), raw.Equal(x2, 0)), raw.OnesLike(x1), x1), x2)
    x2 = number(x2, dtype) if type(x2) in NUMBERS else x2
    if dtype is tf.uint64:  # the same bits multiplied as signed numbers give the same bits
        return raw.Bitcast(raw.Pow(raw.Bitcast(x1, tf.int64), raw.Bitcast(x2, tf.int64)), dtype)
    if dtype in UNSIGNED:
        return _wide_power(x1, x2)
    # TensorFlow refuses negative exponents; the truncated answer is 0 but for bases 1 and -1.
    unit = raw.SelectV2(raw.Equal(raw.BitwiseAnd(x2, 1), 1), x1, raw.OnesLike(x1))
    unit = raw.SelectV2(raw.Equal(raw.Abs(x1), 1), unit, raw.ZerosLike(unit))
    return raw.SelectV2(raw.Less(x2, 0), unit, raw.Pow(x1, raw.Maximum(x2, 0)))


_wide_power = through(raw.Pow, tf.int64)


def _gcd(x1: Any, x2: Any) -> Any:
    """By Euclid's algorithm."""
    x1, x2 = raw.AddV2(x1, raw.ZerosLike(x2)), raw.AddV2(x2, raw.ZerosLike(x1))

    def step(x1: Any, x2: Any) -> tuple[Any, Any]:
        return raw.SelectV2(raw.Equal(x2, 0), x1, x2), _remainder(x1, x2)

    found = tf.while_loop(lambda _, x2: tf.reduce_any(raw.NotEqual(x2, 0)), step, (x1, x2))[0]
    return found if found.dtype in UNSIGNED else raw.Abs(found)


_remainder = _whole_division(raw.FloorMod)


def _nextafter(x1: Any, x2: Any) -> Any:
    """TensorFlow's own has no half precision: there, the neighbours of a number have the neighbouring bits."""
    if x1.dtype not in (tf.float16, tf.bfloat16):
        return raw.NextAfter(x1, x2)
    bits = raw.Cast(raw.Bitcast(x1, tf.int16), tf.int32)
    away = raw.SelectV2(raw.Greater(x2, x1), raw.Greater(x1, 0), raw.Less(x1, 0))
    moved = raw.Bitcast(raw.Cast(raw.AddV2(bits, raw.SelectV2(away, 1, -1)), tf.int16), x1.dtype)
    smallest = raw.Bitcast(raw.Cast(raw.SelectV2(raw.Less(x2, 0), -0x7FFF, 1), tf.int16), x1.dtype)
    moved = raw.SelectV2(raw.Equal(x1, x2), x2, raw.SelectV2(raw.Equal(x1, 0), smallest, moved))
    return raw.SelectV2(raw.LogicalOr(raw.NotEqual(x1, x1), raw.NotEqual(x2, x2)), raw.AddV2(x1, x2), moved)


def _shift(op: Kernel, beyond: Kernel) -> Kernel:
    """`op`, a shift; by a negative count, or by the width of the dtype or more, `beyond` of x and the width."""

    def kernel(x: Any, y: Any) -> Any:
        width = 8 * x.dtype.size
        if type(y) in NUMBERS:
            return op(x, y) if 0 <= y < width else beyond(x, width)
        inside = raw.LogicalAnd(raw.GreaterEqual(y, 0), raw.Less(y, width))
        return raw.SelectV2(inside, op(x, raw.SelectV2(inside, y, raw.ZerosLike(y))), beyond(x, width))

    return _binary(kernel)


# ---- of one argument -------------------------------------------------------------------------------------------------


def _unsigned(kernel: Kernel) -> dict[Any, Kernel]:
    return dict.fromkeys(UNSIGNED, kernel)


def _trunc(x: Any) -> Any:
    if x.dtype not in FLOATS:
        return raw.Identity(x)
    return raw.SelectV2(raw.Less(x, 0), raw.Ceil(x), raw.Floor(x))


_halves = dict.fromkeys((tf.float16, tf.bfloat16), through(raw.Erfinv, tf.float32))

_MODULUS = {dtype: lambda x, part=part: raw.ComplexAbs(x, part) for dtype, part in COMPLEX.items()}

KERNELS: dict[str, Kernel] = {
    **{
        name: getattr(raw, name.capitalize())
        for name in ("exp", "expm1", "log", "log1p", "sqrt", "erf", "erfc", "floor")
    },
    **{name: getattr(raw, name.capitalize()) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "ceil")},
    **{f"arc{name}": getattr(raw, f"A{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{f"logical_{name}": getattr(raw, f"Logical{name.capitalize()}") for name in ("and", "or", "not")},
    "rint": raw.Round,  # halves to even; Rint itself has no half precision
    "add": _binary(_add, raw.LogicalOr),
    "subtract": _binary(raw.Sub),
    "multiply": _binary(raw.Mul, raw.LogicalAnd),
    "divide": _binary(raw.RealDiv),
    "floor_divide": _whole_division(_floor_divide),
    "mod": _whole_division(raw.FloorMod),
    "power": _binary(_power),
    "gcd": _gcd,
    "nextafter": _nextafter,
    "maximum": _extreme(raw.Maximum, raw.LogicalOr),
    "minimum": _extreme(raw.Minimum, raw.LogicalAnd),
    "arctan2": _binary(raw.Atan2),
    "equal": _binary(raw.Equal),
    "not_equal": _binary(raw.NotEqual),
    "less": _compared(raw.Less),
    "less_equal": _compared(raw.LessEqual),
    "greater": _compared(raw.Greater),
    "greater_equal": _compared(raw.GreaterEqual),
    "bitwise_and": _binary(raw.BitwiseAnd, raw.LogicalAnd),
    "bitwise_or": _binary(raw.BitwiseOr, raw.LogicalOr),
    "bitwise_xor": _binary(raw.BitwiseXor, raw.NotEqual),
    "bitwise_invert": by_dtype(raw.Invert, {BOOL: raw.LogicalNot}),
    "left_shift": _shift(raw.LeftShift, lambda x, width: raw.ZerosLike(x)),
    "right_shift": _shift(
        raw.RightShift, lambda x, width: x * 0 if x.dtype in UNSIGNED else raw.RightShift(x, width - 1)
    ),
    "negative": by_dtype(raw.Neg, _unsigned(lambda x: raw.Sub(raw.ZerosLike(x), x))),
    "abs": by_dtype(raw.Abs, {**_unsigned(raw.Identity), BOOL: raw.Identity, **_MODULUS}),
    "sign": by_dtype(raw.Sign, _unsigned(lambda x: raw.Minimum(x, 1))),
    "trunc": _trunc,
    "erfinv": by_dtype(raw.Erfinv, _halves),
}

OVERRIDES: dict[str, Kernel] = {"square": raw.Square, "rsqrt": raw.Rsqrt, "reciprocal": raw.Reciprocal}

"""Arithmetic, comparison, logic and bits: PyTorch's own functions, wrapped where a Python number may come in place of a
tensor, or where unsigned integers need a detour. A wrapper costs a tenth of the call inside it."""

from __future__ import annotations

from typing import Any

import torch

from polykeras_torch.native import NUMBERS, SIGNED, Kernel, constant, in_order, on_bits, tensors, widened


def _binary(native: Kernel, unsigned: Kernel | None = None) -> Kernel:
    """A kernel that takes a number on either side; `unsigned` says how to run `native` on what PyTorch refuses."""

    def kernel(x1: Any, x2: Any) -> Any:
        if type(x1) is not type(x2):
            x1, x2 = tensors(x1, x2)
        try:
            return native(x1, x2)
        except NotImplementedError:
            if unsigned is None:
                raise
            return unsigned(native, x1, x2)

    kernel.of_floats = native  # type: ignore[attr-defined]
    return kernel


# ---- division --------------------------------------------------------------------------------------------------------


def _divide_unsigned(x1: Any, x2: Any) -> Any:
    """The quotient, rounded down; 0 where x2 is 0."""
    if x1.dtype is not torch.uint64:
        return _floor_divide(x1.to(torch.int64), x2.to(torch.int64)).to(x1.dtype)
    n, d = x1.view(torch.int64), x2.view(torch.int64)
    at_least = widened(x1) >= widened(x2)
    # Half of n is not negative: divide that, double the quotient, and see whether d fits in once more.
    q = torch.div((n >> 1) & (2**63 - 1), torch.where(d > 0, d, 1), rounding_mode="floor") << 1
    rest = (n - q * d).view(torch.uint64)
    q = q + (widened(rest) >= widened(x2))
    return torch.where(d > 0, q, at_least & (d != 0)).view(torch.uint64)


def _floor_divide(x1: Any, x2: Any) -> Any:
    if type(x1) is not type(x2):
        x1, x2 = tensors(x1, x2)
    if x1.is_floating_point():
        return torch.div(x1, x2, rounding_mode="floor")
    if x1.dtype in SIGNED:
        return _divide_unsigned(x1, x2)
    zero = x2 == 0
    return torch.where(zero, 0, torch.div(x1, torch.where(zero, 1, x2), rounding_mode="floor"))


def _mod(x1: Any, x2: Any) -> Any:
    if type(x1) is not type(x2):
        x1, x2 = tensors(x1, x2)
    if x1.is_floating_point():
        return torch.remainder(x1, x2)
    zero = x2 == 0
    if x1.dtype in SIGNED:
        rest = on_bits(torch.sub, x1, torch.mul(_divide_unsigned(x1, x2), x2))
        return torch.where(zero, constant(0, x1), rest)
    return torch.where(zero, 0, torch.remainder(x1, torch.where(zero, 1, x2)))


def _gcd_unsigned(native: Kernel, x1: Any, x2: Any) -> Any:
    if x1.dtype is not torch.uint64:
        return native(x1.to(torch.int64), x2.to(torch.int64)).to(x1.dtype)
    for _ in range(3):  # of Euclid's steps, after which the smaller number fits into int64, and the other unless it is 0
        ended = x2 == 0
        x1, x2 = torch.where(ended, x1, x2), torch.where(ended, x2, _mod(x1, x2))
    return torch.where(x2 == 0, x1, on_bits(native, x1, x2))


# ---- powers ----------------------------------------------------------------------------------------------------------


def _power(x1: Any, x2: Any) -> Any:
    if type(x2) in NUMBERS and x1.is_floating_point():
        return torch.pow(x1, x2)  # squares and roots are faster than powers
    x1, x2 = tensors(x1, x2)
    if x2.requires_grad:
        return _power_with_gradients(x1, x2)
    if x1.dtype in SIGNED:
        if x1.dtype is torch.uint64:
            return on_bits(torch.pow, x1, x2)
        return torch.pow(x1.to(torch.int64), x2.to(torch.int64)).to(x1.dtype)
    return torch.pow(x1, x2)


def _power_with_gradients(x1: Any, x2: Any) -> Any:
    """As a function of the exponent, a power of a base that is not positive counts as constant; PyTorch says NaN. Of
    complex bases only zero is such."""
    positive = x1 != 0 if x1.is_complex() else x1 > 0
    smooth = torch.pow(torch.where(positive, x1, 1), x2)
    rest = torch.pow(torch.where(positive, 1, x1), x2.detach())
    return torch.where(positive, smooth, rest)


# ---- one argument ----------------------------------------------------------------------------------------------------


def _abs(x: Any) -> Any:
    try:
        return torch.abs(x)
    except NotImplementedError:  # bools and unsigned integers
        return x


def _negative(x: Any) -> Any:
    try:
        return torch.neg(x)
    except NotImplementedError:
        return on_bits(torch.neg, x)


def _sign(x: Any) -> Any:
    if x.is_floating_point():
        return torch.where(x != x, x.detach(), torch.sign(x))  # PyTorch's sign of NaN is 0
    return (x != 0).to(x.dtype) if x.dtype in SIGNED else torch.sign(x)


def _trunc(x: Any) -> Any:
    return torch.trunc(x) if x.is_floating_point() else x


def _bitwise_invert(x: Any) -> Any:
    return on_bits(torch.bitwise_not, x) if x.dtype in SIGNED else torch.bitwise_not(x)


def _right_shift_unsigned(native: Kernel, x: Any, y: Any) -> Any:
    if x.dtype is not torch.uint64:
        return (x.to(torch.int64) >> y.to(torch.int64)).to(x.dtype)
    bits, y = x.view(torch.int64), y.view(torch.int64)
    # After the first place there is no sign left to come in again.
    shifted = torch.where(y > 0, ((bits >> 1) & (2**63 - 1)) >> torch.where(y > 0, y - 1, 0), bits)
    return shifted.view(torch.uint64)


def _square(x: Any) -> Any:
    return torch.square(x) if x.is_floating_point() else torch.mul(x, x)


KERNELS: dict[str, Kernel] = {
    "add": _binary(torch.add, on_bits),
    "subtract": _binary(torch.sub, on_bits),
    "multiply": _binary(torch.mul),
    "divide": _binary(torch.div),
    "floor_divide": _floor_divide,
    "mod": _mod,
    "power": _power,
    "maximum": _binary(torch.maximum, in_order),
    "minimum": _binary(torch.minimum, in_order),
    "arctan2": _binary(torch.atan2),
    "negative": _negative,
    "abs": _abs,
    "sign": _sign,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "log": torch.log,
    "log1p": torch.log1p,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "arcsin": torch.asin,
    "arccos": torch.acos,
    "arctan": torch.atan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": torch.tanh,
    "arcsinh": torch.asinh,
    "arccosh": torch.acosh,
    "arctanh": torch.atanh,
    "erf": torch.erf,
    "erfc": torch.erfc,
    "erfinv": torch.erfinv,
    "nextafter": torch.nextafter,
    "gcd": _binary(torch.gcd, _gcd_unsigned),
    "floor": torch.floor,
    "ceil": torch.ceil,
    "trunc": _trunc,
    "rint": torch.round,
    "equal": _binary(torch.eq),
    "not_equal": _binary(torch.ne),
    "less": _binary(torch.lt, in_order),
    "less_equal": _binary(torch.le, in_order),
    "greater": _binary(torch.gt, in_order),
    "greater_equal": _binary(torch.ge, in_order),
    "logical_and": torch.logical_and,
    "logical_or": torch.logical_or,
    "logical_not": torch.logical_not,
    "bitwise_and": _binary(torch.bitwise_and),
    "bitwise_or": _binary(torch.bitwise_or),
    "bitwise_xor": _binary(torch.bitwise_xor),
    "bitwise_invert": _bitwise_invert,
    "left_shift": _binary(torch.bitwise_left_shift, on_bits),
    "right_shift": _binary(torch.bitwise_right_shift, _right_shift_unsigned),
}

OVERRIDES: dict[str, Kernel] = {
    "square": _square,
    "reciprocal": torch.reciprocal,
    "exp2": torch.exp2,
    "log2": torch.log2,
    "log10": torch.log10,
    "logaddexp": torch.logaddexp,
    "rsqrt": torch.rsqrt,
    "isnan": torch.isnan,
    "isinf": torch.isinf,
    "isfinite": torch.isfinite,
}

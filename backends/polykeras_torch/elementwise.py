"""Arithmetic, comparison, logic and bits: PyTorch's own functions, wrapped where a Python number may come in place of a
tensor, or where unsigned integers need a detour. A wrapper costs a tenth of the call inside it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from polykeras_torch.native import NUMBERS, SIGNED, Kernel, body, in_order, on_bits, tensors, values_at_hand


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


def _by_numpy(function: Kernel) -> Kernel:
    """How to run on unsigned integers what PyTorch refuses, and what is not the same on signed ones: NumPy can."""

    def kernel(native: Kernel, *xs: Any) -> Any:
        with np.errstate(divide="ignore"):
            result = function(*(x.numpy(force=True) for x in xs))
        return torch.from_numpy(np.asarray(result, order="C")).to(xs[0].device)

    return kernel


# ---- division --------------------------------------------------------------------------------------------------------


def _by_zero_is_zero(native: Kernel) -> Kernel:
    """A division of integers, of which PyTorch refuses those by 0."""

    def kernel(x1: Any, x2: Any) -> Any:
        if x1.is_floating_point():
            return native(x1, x2)
        zero = x2 == 0
        return torch.where(zero, 0, native(x1, torch.where(zero, 1, x2)))

    return kernel


# ---- powers ----------------------------------------------------------------------------------------------------------


def _power(x1: Any, x2: Any) -> Any:
    if ((type(x1) is type(x2) and not x2.requires_grad) or type(x2) in NUMBERS) and x1.is_floating_point():
        return torch.pow(x1, x2)  # squares and roots are faster than powers
    x1, x2 = tensors(x1, x2)
    if x2.requires_grad:
        return _power_with_gradients(x1, x2)
    return _by_numpy(np.power)(torch.pow, x1, x2) if x1.dtype in SIGNED else torch.pow(x1, x2)


def _power_with_gradients(x1: Any, x2: Any) -> Any:
    """As a function of the exponent, a power of a base that is not positive counts as constant; PyTorch says NaN. Of
    complex bases only zero is such."""
    positive = x1 != 0 if x1.is_complex() else x1 > 0
    smooth = torch.pow(torch.where(positive, x1, 1), x2)
    rest = torch.pow(torch.where(positive, 1, x1), x2.detach())
    return torch.where(positive, smooth, rest)


# ---- one argument ----------------------------------------------------------------------------------------------------


def _negative(x: Any) -> Any:
    try:
        return torch.neg(x)
    except NotImplementedError:
        return on_bits(torch.neg, x)


def _sign(x: Any) -> Any:
    if x.is_floating_point():
        return torch.where(x != x, x.detach(), torch.sign(x))  # PyTorch's sign of NaN is 0
    return (x != 0).to(x.dtype) if x.dtype in SIGNED else torch.sign(x)


_ALIKE = """
    exp expm1 log log1p sqrt sin cos tan sinh cosh tanh erf erfc erfinv nextafter floor ceil
    logical_and logical_or logical_not
""".split()  # noqa: SIM905  names that PyTorch has as well

KERNELS: dict[str, Kernel] = {
    **{name: getattr(torch, name) for name in _ALIKE},
    **{f"arc{name}": getattr(torch, f"a{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "add": _binary(torch.add, on_bits),
    "subtract": _binary(torch.sub, on_bits),
    "multiply": _binary(torch.mul),
    "divide": _binary(torch.div),
    "floor_divide": _binary(_by_zero_is_zero(partial(torch.div, rounding_mode="floor")), _by_numpy(np.floor_divide)),
    "mod": _binary(_by_zero_is_zero(torch.remainder), _by_numpy(np.remainder)),
    "power": _power,
    "maximum": _binary(torch.maximum, in_order),
    "minimum": _binary(torch.minimum, in_order),
    "arctan2": _binary(torch.atan2),
    "negative": _negative,
    "abs": lambda x: torch.abs(x) if x.dtype.is_signed or x.is_complex() else x,
    "sign": _sign,
    # PyTorch's is negative where one number is the lowest.
    "gcd": _binary(lambda x1, x2: torch.abs(torch.gcd(x1, x2)), _by_numpy(np.gcd)),
    "trunc": lambda x: torch.trunc(x) if x.is_floating_point() else x,
    "rint": torch.round,
    "equal": _binary(torch.eq),
    "not_equal": _binary(torch.ne),
    "less": _binary(torch.lt, in_order),
    "less_equal": _binary(torch.le, in_order),
    "greater": _binary(torch.gt, in_order),
    "greater_equal": _binary(torch.ge, in_order),
    "bitwise_and": _binary(torch.bitwise_and),
    "bitwise_or": _binary(torch.bitwise_or),
    "bitwise_xor": _binary(torch.bitwise_xor),
    "bitwise_invert": lambda x: on_bits(torch.bitwise_not, x) if x.dtype in SIGNED else torch.bitwise_not(x),
    "left_shift": _binary(torch.bitwise_left_shift, on_bits),
    "right_shift": _binary(torch.bitwise_right_shift, _by_numpy(np.right_shift)),
}

_FUSED = ("reciprocal", "exp2", "log2", "log10", "logaddexp", "rsqrt", "isnan", "isinf", "isfinite")

OVERRIDES: dict[str, Kernel] = {name: getattr(torch, name) for name in _FUSED}
OVERRIDES["square"] = lambda x: torch.square(x) if x.is_floating_point() else torch.mul(x, x)

BATCHED: dict[Kernel, Kernel] = {
    getattr(torch, name): getattr(torch, f"_foreach_{name}") for name in ("add", "sub", "mul", "div", "sqrt", "maximum")
}
"""Kernels and what does many calls of one at once: see `polykeras.backend.Backend.batched`."""
BATCHED[OVERRIDES["square"]] = lambda xs: torch._foreach_mul(xs, xs)

# ---- sums with a factor ----------------------------------------------------------------------------------------------


def _number(factor: Any) -> Any:
    """A factor as a Python number; None where that would mean to wait for a device or to lose a gradient."""
    if not isinstance(factor, torch.Tensor):
        return factor
    return factor.item() if values_at_hand(factor) and not factor.requires_grad else None


def _with_factor(name: str, native: Kernel, native_of_lists: Kernel) -> None:
    def single(*args: Any) -> Any:
        number = _number(args[-1])
        return body(name)(*args) if number is None else native(*args[:-1], number)

    def of_lists(*args: Any) -> Any:
        number = _number(args[-1][0]) if len(set(map(id, args[-1]))) == 1 else None
        return list(map(single, *args)) if number is None else native_of_lists(*args[:-1], number)

    OVERRIDES[name], BATCHED[single] = single, of_lists


_with_factor("interpolate", torch.lerp, torch._foreach_lerp)
_with_factor("add_product", lambda x, a, b, c: torch.addcmul(x, a, b, value=c), torch._foreach_addcmul)
_with_factor("add_quotient", lambda x, a, b, c: torch.addcdiv(x, a, b, value=c), torch._foreach_addcdiv)
_with_factor(
    "add_scaled", lambda x, y, c: torch.add(x, y, alpha=c), lambda xs, ys, c: torch._foreach_add(xs, ys, alpha=c)
)

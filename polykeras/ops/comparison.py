"""Comparisons, and questions about single numbers."""

from __future__ import annotations

from typing import Any

from polykeras.dtypes import COMPLEX, FLOATING, is_differentiable
from polykeras.ops import rules, samples
from polykeras.ops.policies import SAME, SAME_OR_COMPLEX
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


@primitive(SAME_OR_COMPLEX, shape=rules.elementwise_bool, samples=samples.compared, scalars=True, differentiable=False)
def equal(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 == x2``; NaN equals nothing."""


@primitive(SAME_OR_COMPLEX, shape=rules.elementwise_bool, samples=samples.compared, scalars=True, differentiable=False)
def not_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 != x2``."""


@primitive(SAME, shape=rules.elementwise_bool, samples=samples.compared, scalars=True, differentiable=False)
def less(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 < x2``."""


@primitive(SAME, shape=rules.elementwise_bool, samples=samples.compared, scalars=True, differentiable=False)
def less_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 <= x2``."""


@primitive(SAME, shape=rules.elementwise_bool, samples=samples.compared, scalars=True, differentiable=False)
def greater(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 > x2``."""


@primitive(SAME, shape=rules.elementwise_bool, samples=samples.compared, scalars=True, differentiable=False)
def greater_equal(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 >= x2``."""


def _with_specials(s: Any) -> list[Any]:
    return [s(s.real(2, 3)), s([0.0, float("nan"), float("inf"), -float("inf")]), s(s.ints(3))]


@composite(SAME_OR_COMPLEX, samples=_with_specials, differentiable=False)
def isnan(x: Tensor) -> Tensor:
    """Whether an element is NaN; of a complex one, whether a part is."""
    return not_equal(x, x)


@composite(SAME_OR_COMPLEX, samples=_with_specials, differentiable=False)
def isinf(x: Tensor) -> Tensor:
    """Whether an element is infinite, of either sign; of a complex one, whether a part is."""
    from polykeras.ops.complex_numbers import imag, real
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import zeros_like
    from polykeras.ops.elementwise import abs_
    from polykeras.ops.logic import logical_or

    kind = dtype(x)
    if kind in COMPLEX:
        return logical_or(isinf(real(x)), isinf(imag(x)))
    return equal(abs_(x), float("inf")) if kind in FLOATING else zeros_like(x, dtype="bool")


@composite(SAME_OR_COMPLEX, samples=_with_specials, differentiable=False)
def isfinite(x: Tensor) -> Tensor:
    """Whether an element is neither infinite nor NaN; of a complex one, whether neither part is."""
    from polykeras.ops.complex_numbers import imag, real
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import ones_like
    from polykeras.ops.elementwise import abs_
    from polykeras.ops.logic import logical_and

    kind = dtype(x)
    if kind in COMPLEX:  # the absolute value of a finite number may be infinite
        return logical_and(isfinite(real(x)), isfinite(imag(x)))
    return less(abs_(x), float("inf")) if kind in FLOATING else ones_like(x, dtype="bool")


def _close_cases(s: Any) -> list[Any]:
    x = s.real(2, 3)
    return [s(x, x), s(x, s.real(2, 3)), s([1.0, float("nan")], [1.0 + 1e-7, float("nan")], equal_nan=True)]


@composite(SAME_OR_COMPLEX, samples=_close_cases, differentiable=False)
def isclose(x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """``|x1 - x2| <= atol + rtol |x2|``; infinities are close to themselves."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import abs_, add, multiply, subtract
    from polykeras.ops.logic import logical_and, logical_or

    if not is_differentiable(dtype(x1)):
        x1, x2 = cast(x1, "float32"), cast(x2, "float32")
    near = less_equal(abs_(subtract(x1, x2)), add(atol, multiply(rtol, abs_(x2))))
    close = logical_or(equal(x1, x2), logical_and(near, isfinite(x2)))
    return logical_or(close, logical_and(isnan(x1), isnan(x2))) if equal_nan else close

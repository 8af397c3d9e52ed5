"""Changing the dtype of a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import dtypes
from polykeras.ops import rules
from polykeras.ops.dispatch import HOST, VARIABLE, owner_of
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _cases(s: Any) -> list[Any]:
    targets = ("int32", "float32", "bool", "float64", "uint8", "int8", "float16")
    return [s(s.real(2, 3, low=0, high=9), t) for t in targets] + [s(s.bools(3), "float32"), s(s.ints(3), "int64")]


@primitive(KEEP, shape=lambda x, dtype: rules.tensor(x.shape, dtypes.standardize(dtype)), samples=_cases)
def cast_(x: Tensor, dtype: str) -> Tensor:
    """x in another dtype; see `cast`."""


def integers_of(x: Any, dtype: str) -> Any:
    """A floating ndarray in an integer dtype, by the rule of `cast`, which NumPy leaves to the processor."""
    target = np.dtype(dtype)
    low, high = np.iinfo(target).min, np.iinfo(target).max
    x = np.asarray(x, "float32") if x.dtype.itemsize == 2 else x
    # Two quick passes that nearly always find nothing: NaN is not between the bounds either.
    if x.size == 0 or (float(x.min()) > low - 1 and float(x.max()) < high + 1):
        return x.astype(target)
    above, inside = x >= float(high + 1), x > float(low - 1)
    whole = np.where(inside & ~above, x, 0).astype(target)
    least = np.where(np.isnan(x) | inside, whole, target.type(low))
    return np.where(above, target.type(high), least)


def cast(x: Tensor, dtype: Any) -> Tensor:
    """x in another dtype.

    Floats are truncated towards zero on the way to integers: one that the dtype cannot hold becomes the nearest number
    that it can, NaN becomes 0. Integers wrap around. Anything but zero becomes True. The dtype may be spelled as a name,
    a NumPy dtype or a framework's dtype object. A tensor that has it already is returned as it is.
    """
    target = dtypes.standardize(dtype)
    if type(x) is not np.ndarray:  # of one the kernel sees sooner whether there is anything to do
        owner = owner_of(x)
        if owner is not HOST and owner is not VARIABLE and owner.dtype_name(x) == target:
            return x
    return cast_(x, target)


@primitive(
    KEEP,
    shape=lambda x: rules.tensor(x.shape, x.dtype),
    samples=lambda s: [s(s.real(2, 3), grad=False)],
    differentiable=False,
)
def stop_gradient(variable: Tensor) -> Tensor:
    """The value as a constant: gradients do not pass."""


def _saturated(s: Any) -> list[Any]:
    return [s(s.ints(4, low=-300, high=300), "uint8", dtypes=("int32", "int64", "float32")), s(s.real(2, 3), "float16")]


@composite(KEEP, samples=_saturated)
def saturate_cast(x: Tensor, dtype: str) -> Tensor:
    """x in another dtype, numbers that it cannot hold becoming the nearest that it can: infinities the largest too.

    NaN stays NaN, and is 0 among integers.
    """
    from polykeras.ops.conversion import dtype as dtype_of
    from polykeras.ops.elementwise import clip
    from polykeras.ops.floating_point import largest

    source, target = dtype_of(x), dtypes.standardize(dtype)
    if source in dtypes.INTEGER and target in dtypes.INTEGER:
        have, want = np.iinfo(source), np.iinfo(target)
        low, high = max(int(have.min), int(want.min)), min(int(have.max), int(want.max))
        x = clip(x, low, high) if (low, high) != (have.min, have.max) else x
    elif target in dtypes.FLOATING and source != "bool":
        wide = cast(x, "float64" if source == "float64" else "float32")
        most = largest(target)
        x = clip(wide, -most, most) if target != dtype_of(wide) or source in dtypes.FLOATING else wide
    return cast(x, target)

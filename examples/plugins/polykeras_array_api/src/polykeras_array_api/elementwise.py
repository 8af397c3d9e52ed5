"""Functions of elements, reductions and order: the standard's, under the core's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# The standard's names of primitives that have another one in the core. Where both say the same, nothing is said here.
NAMES = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "rint": "round",
}  # fmt: skip
REDUCTIONS = {"amax": "max", "amin": "min", "argmax": "argmax", "argmin": "argmin", "any": "any", "all": "all"}

# The standard has no arithmetic and no order of bools; the core has, so these run on integers.
ON_BOOLS = {
    "add", "multiply", "maximum", "minimum", "abs", "less", "less_equal", "greater", "greater_equal", "power", "amax",
    "amin", "argmax", "argmin", "argsort", "matmul", "contract",
}  # fmt: skip


def _unless_zero(name: str) -> Callable[..., Any]:
    """For integers, 0 where x2 is 0: the standard does not say what happens there, and some libraries stop."""

    def kernel(xp: Any, x1: Any, x2: Any) -> Any:
        if not xp.isdtype(x1.dtype, "integral"):
            return getattr(xp, name)(x1, x2)
        return xp.where(x2 == 0, 0, getattr(xp, name)(x1, xp.where(x2 == 0, 1, x2)))

    return kernel


def _shift(name: str) -> Callable[..., Any]:
    """By a negative number, or by all bits and more, which the standard leaves open: nothing but the sign is left."""

    def kernel(xp: Any, x: Any, y: Any) -> Any:
        last = xp.iinfo(x.dtype).bits - 1
        within = (y >= 0) & (y <= last)
        shifted = getattr(xp, f"bitwise_{name}")(x, xp.where(within, y, last))
        fills = name == "right_shift" and xp.isdtype(x.dtype, "signed integer")
        return shifted if fills else xp.where(within, shifted, 0)

    return kernel


def _power(xp: Any, x1: Any, x2: Any) -> Any:
    """Negative powers of integers are cut off: 0 unless the base is 1 or -1. The power 0.5 is the square root."""
    if x2.ndim == 0 and xp.isdtype(x2.dtype, "real floating") and x2 == 0.5:
        return xp.sqrt(x1)
    if not xp.isdtype(x1.dtype, "signed integer"):
        return xp.pow(x1, x2)
    powers = xp.pow(x1, xp.where(x2 < 0, x2 & 1, x2))
    return xp.where((x2 < 0) & (x1 != 1) & (x1 != -1), 0, powers)


def _along(name: str, keeps_dtype: bool = False) -> Callable[..., Any]:
    """A function along axes; where the standard would widen the dtype, it is told not to."""

    def kernel(xp: Any, x: Any, axis: Any, *keepdims: bool) -> Any:
        how = dict(zip(("keepdims",), keepdims)) | ({"dtype": x.dtype} if keeps_dtype else {})
        return getattr(xp, name)(x, axis=tuple(axis) if type(axis) is list else axis, **how)

    return kernel


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: _along(standard) for name, standard in REDUCTIONS.items()},
    **{name: _along(name, True) for name in ("sum", "cumulative_sum", "cumulative_prod")},
    "product": _along("prod", True),
    "floor_divide": _unless_zero("floor_divide"),
    "mod": _unless_zero("remainder"),
    "left_shift": _shift("left_shift"),
    "right_shift": _shift("right_shift"),
    "power": _power,
    "trunc": lambda xp, x: xp.trunc(x) if xp.isdtype(x.dtype, "real floating") else x,
    "real": lambda xp, x: xp.real(x) if xp.isdtype(x.dtype, "complex floating") else x,
    "imag": lambda xp, x: xp.imag(x) if xp.isdtype(x.dtype, "complex floating") else xp.zeros_like(x),
    "conj": lambda xp, x: xp.conj(x) if xp.isdtype(x.dtype, "complex floating") else x,
    "argsort": lambda xp, x, axis: (
        xp.argsort(xp.reshape(x, (-1,)), stable=True) if axis is None else xp.argsort(x, axis=axis, stable=True)
    ),
    "concatenate": lambda xp, xs, axis: xp.concat(xs, axis=axis),
    "reverse": lambda xp, x, axes: xp.flip(x, axis=tuple(axes)) if len(axes) else x,
    # Libraries differ over transforms of nothing: those are not asked for.
    "fourier_transform": lambda xp, x, rank, inverse: (
        x if 0 in x.shape else (xp.fft.ifftn if inverse else xp.fft.fftn)(x, axes=tuple(range(-rank, 0)))
    ),
    "real_fourier_transform": lambda xp, x: x[..., : x.shape[-1] // 2 + 1] if 0 in x.shape else xp.fft.rfft(x),
    "inverse_real_fourier_transform": lambda xp, x, length: (
        xp.broadcast_to(xp.real(x[..., :1]), (*x.shape[:-1], length)) if 0 in x.shape else xp.fft.irfft(x, n=length)
    ),
    "stop_gradient": lambda xp, x: x,
    "transpose": lambda xp, x, axes: xp.permute_dims(
        x, tuple(range(x.ndim)[::-1] if axes is None else (a % x.ndim for a in axes))
    ),
}

"""Complex numbers: made of parts, taken apart, and the bits of any number seen as another dtype."""

from __future__ import annotations

import math
from typing import Any

from polykeras import dtypes
from polykeras.errors import DtypeError, ShapeError
from polykeras.ops import rules
from polykeras.ops.hosting import on_host
from polykeras.ops.policies import FLOAT, FLOAT_OR_COMPLEX, KEEP, Policy
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor

PARTS = Policy("parts", lambda d: "float64" if FLOAT.compute(d) == "float64" else "float32")
"""Promote to a dtype that the parts of complex numbers can have: float32 or float64."""


def _part_rule(x: Any) -> Any:
    return rules.tensor(x.shape, dtypes.real_of(x.dtype))


def _cases(s: Any) -> list[Any]:
    return [s(s.complex(2, 3)), s(s.complex()), s(s.complex(0, 3)), s(s.real(2, 3)), s(s.ints(3))]


@primitive(
    PARTS,
    shape=rules.complex_of_parts,
    samples=lambda s: [s(s.real(2, 3), s.real(2, 3)), s(s.real(2, 1), s.real())],
    host=on_host("make_complex"),
)
def make_complex(x1: Tensor, x2: Tensor) -> Tensor:
    """``x1 + i x2``: complex64, of float64 parts complex128."""


@primitive(KEEP, shape=_part_rule, samples=_cases, host=on_host("real"))
def real(x: Tensor) -> Tensor:
    """The real part: of complex64 float32, of complex128 float64; anything real stays as it is."""


@primitive(KEEP, shape=_part_rule, samples=_cases, host=on_host("imag"))
def imag(x: Tensor) -> Tensor:
    """The imaginary part, in the dtype of `real`; zeros of what is real."""


@primitive(KEEP, shape=lambda x: rules.tensor(x.shape, x.dtype), samples=_cases, host=on_host("conj"))
def conj(x: Tensor) -> Tensor:
    """The complex conjugate; anything real stays as it is."""


@composite(KEEP, samples=_cases)
def conjugate(x: Tensor) -> Tensor:
    """`conj` by its other name."""
    return conj(x)


@composite(KEEP, samples=_cases, differentiable=False)
def isreal(x: Tensor) -> Tensor:
    """Whether the imaginary part is zero; True of every real number, NaN too."""
    from polykeras.ops.comparison import equal

    return equal(imag(x), 0)


def _angle_cases(s: Any) -> list[Any]:
    return [s(s.complex(2, 3)), s(s.real(2, 3)), s(s.ints(3))]


@composite(FLOAT_OR_COMPLEX, samples=_angle_cases)
def angle(x: Tensor) -> Tensor:
    """The angle of a complex number in radians, in [-π, π]; of real numbers, 0 or π.

    At zero, angle and gradient are 0.
    """
    from polykeras.ops.comparison import equal, less
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import arctan2
    from polykeras.ops.indexing import where
    from polykeras.ops.logic import logical_and

    if dtype(x) not in dtypes.COMPLEX:
        return where(less(x, 0), math.pi, where(equal(x, x), 0.0, x))
    across, along = real(x), imag(x)
    zero = logical_and(equal(across, 0), equal(along, 0))
    return arctan2(where(zero, 0, along), where(zero, 1, across))


def _polar_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3, low=0.1), s.real(2, 3)), s(s.real(2, 1), s.real(3))]


@composite(PARTS, samples=_polar_cases)
def polar(abs_: Tensor, angle: Tensor) -> Tensor:
    """The complex number of that absolute value and that angle in radians: ``abs (cos(angle) + i sin(angle))``."""
    from polykeras.ops.elementwise import cos, multiply, sin

    return make_complex(multiply(abs_, cos(angle)), multiply(abs_, sin(angle)))


@composite(KEEP, samples=lambda s: [s(s.real(3, 2)), s(s.real(2)), s(s.real(0, 2))])
def view_as_complex(x: Tensor) -> Tensor:
    """Complex numbers of shape ``(...)`` from the real and imaginary parts along the last axis of ``(..., 2)``.

    Raises:
        ShapeError: the last axis is not of size 2.
        DtypeError: x is complex.
    """
    from polykeras.ops.conversion import dtype

    if dtype(x) in dtypes.COMPLEX:
        raise DtypeError(f"view_as_complex: expected real numbers, got {dtype(x)}.")
    if not len(x.shape) or x.shape[-1] != 2:
        raise ShapeError(f"view_as_complex: the last axis must hold two parts, got shape {tuple(x.shape)}.")
    return make_complex(x[..., 0], x[..., 1])


@composite(KEEP, samples=lambda s: [s(s.complex(2, 3)), s(s.complex()), s(s.real(2, 2))])
def view_as_real(x: Tensor) -> Tensor:
    """Real and imaginary part along a new last axis of size 2."""
    from polykeras.ops.joining import stack

    return stack([real(x), imag(x)], axis=-1)


# ---- bits ------------------------------------------------------------------------------------------------------------


def _view_rule(x: Any, dtype: Any) -> Any:
    old, new = (dtypes.numpy_dtype(d).itemsize for d in (x.dtype, dtype))
    if old == new:
        return rules.tensor(x.shape, dtype)
    if not x.shape:
        raise ShapeError(f"a 0-d tensor of {x.dtype} can be viewed only as a dtype of the same width, got {dtype}")
    size = x.shape[-1] * old
    if size % new:
        raise ShapeError(
            f"the last axis of shape {tuple(x.shape)} has {size} bytes, which are no whole number of {dtype}"
        )
    return rules.tensor((*x.shape[:-1], size // new), dtype)


def _view_cases(s: Any) -> list[Any]:
    given = {"dtypes": ("given",), "grad": False}
    x = s.real(2, 4).astype("float32")
    small = s.ints(3, 8, low=0, high=120).astype("uint8")
    return [
        s(x, "int32", **given),
        s(x, "uint8", **given),
        s(small, "float32", **given),
        s(small, "uint64", **given),
        s(s.real().astype("float16"), "bfloat16", **given),
        s(s.complex(3).astype("complex64"), "float32", **given),
        s(x, "complex64", **given),
        s(s.bools(3), "int8", **given),
        s(small, "bool", **given),
    ]


@primitive(KEEP, shape=_view_rule, samples=_view_cases, differentiable=False, exact=True, host=on_host("view"))
def view_(x: Tensor, dtype: str) -> Tensor:
    """The bytes of x as numbers of another dtype. Any byte but 0 is True."""


def view(x: Tensor, dtype: Any = None) -> Tensor:
    """The bytes of x, in the machine's order, as numbers of another dtype; without one, x.

    Where the new dtype is narrower or wider, the last axis grows or shrinks. No gradient passes.

    Raises:
        ShapeError: the bytes along the last axis are no whole number of the new dtype, or x is 0-d and the widths differ.
    """
    return x if dtype is None else view_(x, dtypes.standardize(dtype))

"""Tensors from nothing: on the default backend, or on that of the tensor they are like."""

from __future__ import annotations

import math
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Shape, Tensor


def _full_rule(shape: Shape, value: Any, dtype: str) -> Any:
    if any(d < 0 for d in shape):
        raise ArgumentError(f"sizes must not be negative, got shape {tuple(shape)}")
    return rules.tensor(shape, dtype)


@primitive(KEEP, shape=_full_rule, samples=lambda s: [s((2, 3), 1.5, "float32"), s((), 2, "int32"), s((0,), 1, "bool")])
def fill(shape: Shape, value: float, dtype: str) -> Tensor:
    """A tensor of one Python number."""


def _as_shape(shape: Any) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, int) else tuple(int(d) for d in shape)


def zeros(shape: Shape, dtype: Any = None) -> Tensor:
    """Zeros; the default float unless `dtype` says otherwise."""
    return fill(_as_shape(shape), 0, dtypes.standardize(dtype))


def ones(shape: Shape, dtype: Any = None) -> Tensor:
    """Ones; the default float unless `dtype` says otherwise."""
    return fill(_as_shape(shape), 1, dtypes.standardize(dtype))


def empty(shape: Shape, dtype: Any = None) -> Tensor:
    """A tensor whose values are not promised. They are zeros."""
    return zeros(shape, dtype)


def full(shape: Shape, fill_value: Tensor, dtype: Any = None) -> Tensor:
    """A tensor of one value, a number or anything that broadcasts to `shape`."""
    target = dtype_of(fill_value) if dtype is None else dtypes.standardize(dtype)
    if isinstance(fill_value, (bool, int, float)):
        return fill(_as_shape(shape), fill_value, target)
    from polykeras.ops.casting import cast
    from polykeras.ops.movement import broadcast_to

    return broadcast_to(cast(fill_value, target), _as_shape(shape))


def _like(s: Any) -> list[Any]:
    return [s(s.real(2, 3), grad=False), s(s.ints(2), dtype="float32"), s(s.bools(0, 2))]


# `x * 0` would turn NaN into NaN; the rule needs only shape and dtype, so these are composites that read nothing else.
@composite(KEEP, samples=_like, differentiable=False)
def zeros_like(x: Tensor, dtype: str | None = None) -> Tensor:
    """Zeros of the shape, and unless said otherwise the dtype, of `x`, on its backend."""
    return full_like(x, 0, dtype)


@composite(KEEP, samples=_like, differentiable=False)
def ones_like(x: Tensor, dtype: str | None = None) -> Tensor:
    """Ones of the shape, and unless said otherwise the dtype, of `x`, on its backend."""
    return full_like(x, 1, dtype)


@composite(KEEP, samples=_like, differentiable=False)
def empty_like(x: Tensor, dtype: str | None = None) -> Tensor:
    """As `zeros_like`."""
    return full_like(x, 0, dtype)


def _fill_like_rule(x: Any, value: Any, dtype: str) -> Any:
    return rules.tensor(x.shape, dtype)


@primitive(
    KEEP, shape=_fill_like_rule, samples=lambda s: [s(s.real(2, 3), 1.5, "float32", grad=False)], differentiable=False
)
def fill_like(x: Tensor, value: float, dtype: str) -> Tensor:
    """A tensor of one Python number, with the shape of `x`, on its backend and device."""


def full_like(x: Tensor, fill_value: Tensor, dtype: Any = None) -> Tensor:
    """A tensor of one value with the shape, and unless said otherwise the dtype, of `x`."""
    target = dtype_of(x) if dtype is None else dtypes.standardize(dtype)
    if isinstance(fill_value, (bool, int, float)):
        return fill_like(x, fill_value, target)
    from polykeras.ops.casting import cast
    from polykeras.ops.movement import broadcast_to

    return broadcast_to(cast(fill_value, target), tuple(x.shape))


def _arange_rule(start: float, stop: float, step: float, dtype: str) -> Any:
    if step == 0:
        raise ArgumentError("step must not be zero")
    return rules.tensor((max(0, math.ceil((stop - start) / step)),), dtype)


@primitive(
    KEEP,
    shape=_arange_rule,
    samples=lambda s: [s(0, 5, 1, "int32"), s(1.0, 2.0, 0.3, "float32"), s(5, -2, -2, "int64"), s(3, 3, 1, "float64")],
)
def range_(start: float, stop: float, step: float, dtype: str) -> Tensor:
    """``start + i * step`` below `stop`, for Python numbers."""


def arange(start: float, stop: float | None = None, step: float | None = None, dtype: Any = None) -> Tensor:
    """Evenly spaced numbers from `start` (0 if only one bound is given) up to but not including `stop`.

    int32 if all arguments are ints, else the default float.
    """
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if dtype is None:
        dtype = "int32" if all(isinstance(v, int) for v in (start, stop, step)) else dtypes.floatx()
    return range_(start, stop, step, dtypes.standardize(dtype))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """N×M (or N×N) with ones on the k-th diagonal."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import equal
    from polykeras.ops.elementwise import add
    from polykeras.ops.movement import expand_dims

    rows, columns = arange(N), arange(N if M is None else M)
    return cast(equal(add(expand_dims(rows, 1), k), expand_dims(columns, 0)), dtypes.standardize(dtype))


def identity(n: int, dtype: Any = None) -> Tensor:
    """The n×n identity matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """N×M (or N×N) with ones on and below the k-th diagonal."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import greater_equal
    from polykeras.ops.elementwise import add
    from polykeras.ops.movement import expand_dims

    rows, columns = arange(N), arange(N if M is None else M)
    return cast(greater_equal(add(expand_dims(rows, 1), k), expand_dims(columns, 0)), dtypes.standardize(dtype))

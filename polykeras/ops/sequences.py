"""Evenly spaced numbers between tensors: on a line, or by powers."""

from __future__ import annotations

import math
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, less
from polykeras.ops.conversion import convert_to_tensor, is_tensor
from polykeras.ops.conversion import dtype as dtype_of
from polykeras.ops.creation import range_
from polykeras.ops.elementwise import add, divide, exp, log, multiply, negative, power, subtract
from polykeras.ops.indexing import where
from polykeras.ops.movement import expand_dims, moveaxis, reshape
from polykeras.ops.policies import FLOAT
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _between(s: Any) -> list[Any]:
    return [
        s(s.real(2), s.real(2), 3),
        s(s.real(), s.real(2, 1), 2, endpoint=False, axis=-1),
        s(s.real(), s.real(), 1),
        s(s.real(2), s.real(), 0, axis=1),
    ]


@composite(FLOAT, samples=_between)
def evenly_spaced(start: Tensor, stop: Tensor, num: int, endpoint: bool = True, axis: int = 0) -> Tensor:
    """What `linspace` returns, in floating point."""
    if num < 0:
        raise ArgumentError(f"num must not be negative, got {num}.")
    step = divide(subtract(stop, start), float(max(_intervals(num, endpoint), 1)))
    shape = rules.broadcast(tuple(start.shape), tuple(stop.shape))
    positions = reshape(range_(0, num, 1, dtype_of(step)), (num,) + (1,) * len(shape))
    values = add(_in_front(start), multiply(positions, _in_front(step)))
    if endpoint and num > 1:  # rounding must not move the last value off `stop`
        values = where(equal(positions, float(num - 1)), _in_front(stop), values)
    return moveaxis(values, 0, axis)


def _in_front(x: Tensor) -> Tensor:
    """x with an axis before its own, if it has any; 0-d tensors go with everything."""
    return expand_dims(x, 0) if len(x.shape) else x


def _intervals(num: int, endpoint: bool) -> int:
    return num - 1 if endpoint else num


def _bounds(start: Any, stop: Any, dtype: Any) -> tuple[Tensor, Tensor, str]:
    """Both as floating tensors, and the dtype of the result: the one asked for, or the one that they promote to."""
    kinds = dtypes.result_type(*(_weak(v) for v in (start, stop)))
    target = dtypes.to_floating(kinds) if dtype is None else dtypes.standardize(dtype)
    working = target if target in dtypes.FLOATING else dtypes.to_floating(kinds)
    start, stop = (cast(v, working) if is_tensor(v) else convert_to_tensor(v, working) for v in (start, stop))
    return start, stop, target


def _weak(value: Any) -> str:
    return {int: "int*", float: "float*", bool: "bool"}.get(type(value)) or dtype_of(value)


def linspace(
    start: Tensor,
    stop: Tensor,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` evenly spaced values from `start` to `stop`, along a new axis; with `retstep`, also the spacing.

    `stop` is the last of them, or with ``endpoint=False`` the one that would follow. They are computed in floating
    point; integers are cut off towards zero. The spacing is NaN where there are no intervals.
    """
    start, stop, target = _bounds(start, stop, dtype)
    values = cast(evenly_spaced(start, stop, num, endpoint, axis), target)
    if not retstep:
        return values
    intervals = _intervals(num, endpoint)
    return values, divide(subtract(stop, start), float(intervals) if intervals > 0 else math.nan)


def logspace(
    start: Tensor,
    stop: Tensor,
    num: int = 50,
    endpoint: bool = True,
    base: Tensor = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """``base ** linspace(start, stop, num, endpoint)``, along a new axis."""
    start, stop, target = _bounds(start, stop, dtype)
    return cast(power(base, evenly_spaced(start, stop, num, endpoint, axis)), target)


def geomspace(
    start: Tensor, stop: Tensor, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Tensor:
    """`num` values from `start` to `stop` along a new axis, each the same multiple of the one before.

    Both bounds are positive or both negative; a zero, or bounds of different signs, give NaN between the bounds.
    """
    start, stop, target = _bounds(start, stop, dtype)
    below = less(start, 0)
    # Of the bounds' sizes; what has the wrong sign has none.
    first, last = (
        log(where(greater(v, 0), v, math.nan)) for v in (where(below, negative(v), v) for v in (start, stop))
    )
    values = exp(evenly_spaced(first, last, num, endpoint))
    values = where(_in_front(below), negative(values), values)
    positions = reshape(range_(0, num, 1, "int32"), (num,) + (1,) * (len(values.shape) - 1))
    # Logarithms are rounded; the bounds are not.
    values = where(equal(positions, 0), _in_front(start), values)
    if endpoint and num > 1:
        values = where(equal(positions, num - 1), _in_front(stop), values)
    return cast(moveaxis(values, 0, axis), target)

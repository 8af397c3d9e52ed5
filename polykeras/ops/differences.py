"""Differences of neighbours, and the area under them."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.elementwise import add, multiply, subtract
from polykeras.ops.indexing import strided_slice
from polykeras.ops.movement import reshape
from polykeras.ops.policies import FLOAT, KEEP
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


def _neighbours(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """x without its last, and without its first slice along `axis`."""
    shape, ones = tuple(x.shape), (1,) * len(x.shape)
    start, stop = [0] * len(shape), list(shape)
    start[axis], stop[axis] = min(1, shape[axis]), max(shape[axis] - 1, 0)
    return strided_slice(x, (0,) * len(shape), tuple(stop), ones), strided_slice(x, tuple(start), shape, ones)


def _diff_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 4)), s(s.real(4, 2), n=2, axis=0), s(s.ints(3), n=5), s(s.bools(4)), s(s.real(2, 0))]


@composite(KEEP, samples=_diff_cases)
def diff(a: Tensor, n: int = 1, axis: int = -1) -> Tensor:
    """Each element of `a` subtracted from the next one along `axis`, n times: of bools, whether they differ.

    An axis with fewer than n elements is empty afterwards. Unsigned integers wrap around.
    """
    from polykeras.ops.comparison import not_equal
    from polykeras.ops.conversion import dtype

    if n < 0:
        raise ArgumentError(f"diff: n must not be negative, got {n}.")
    axis = rules.axis_of(axis, len(a.shape))
    of_bools = dtype(a) == "bool"
    for _ in range(n):
        before, after = _neighbours(a, axis)
        a = not_equal(after, before) if of_bools else subtract(after, before)
    return a


def _trapezoid_cases(s: Any) -> list[Any]:
    y = s.real(2, 4)
    return [s(y), s(y, s.real(4)), s(y, s.real(2, 4), axis=1), s(y, dx=0.5, axis=0), s(s.real(2, 1)), s(s.real(0, 2))]


@composite(FLOAT, samples=_trapezoid_cases)
def trapezoid(y: Tensor, x: Tensor | None = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """The integral of y along `axis` by the trapezoidal rule: ``sum((y[i] + y[i + 1]) / 2 * (x[i + 1] - x[i]))``.

    x has the shape of y, or is a vector of positions along the axis; without it they are `dx` apart. Fewer than two
    elements give 0.
    """
    from polykeras.ops.reductions import sum_

    shape = tuple(y.shape)
    axis = rules.axis_of(axis, len(shape))
    before, after = _neighbours(y, axis)
    width: Any = dx
    if x is not None:
        if len(x.shape) == 1:
            x = reshape(x, tuple(rules.size_of(x.shape) if i == axis else 1 for i in range(len(shape))))
        if len(x.shape) != len(shape) or tuple(x.shape)[axis] != shape[axis]:
            raise ShapeError(f"trapezoid: x of shape {tuple(x.shape)} gives no positions along axis {axis} of {shape}.")
        left, right = _neighbours(x, axis)
        width = subtract(right, left)
    return sum_(multiply(multiply(add(before, after), 0.5), width), axis)

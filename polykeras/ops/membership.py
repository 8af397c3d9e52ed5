"""Whether elements are among others; one of several tensors; positions in a shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.comparison import equal, isclose, less
from polykeras.ops.elementwise import add, clip, floor_divide, mod
from polykeras.ops.indexing import where
from polykeras.ops.logic import logical_not
from polykeras.ops.movement import expand_dims, ravel
from polykeras.ops.policies import KEEP, SAME
from polykeras.ops.reductions import all_, any_
from polykeras.ops.registry import composite
from polykeras.typing import Index, Mask, Shape, Tensor


def _close_cases(s: Any) -> list[Any]:
    x = s.real(2, 3)
    return [s(x, x), s(x, s.real(3)), s([1.0, float("nan")], [1.0, float("nan")], equal_nan=True), s(s.real(0), 1.0)]


@composite(SAME, samples=_close_cases, differentiable=False)
def allclose(x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Whether all elements are close, as `isclose` says: a 0-d bool. True of no elements."""
    return all_(isclose(x1, x2, rtol, atol, equal_nan))


def _among(s: Any) -> list[Any]:
    return [
        s(s.ints(2, 3), [1, -2, 3]),
        s(s.ints(4), s.ints(2, 2), invert=True),
        s([0.5, 1.5], [[1.5], [2.5]], assume_unique=True),
        s(s.ints(3, high=99), list(range(0, 99, 2))),
        s(s.real(2), s.real(0)),
    ]


@composite(SAME, samples=_among, differentiable=False, exact=True)
def isin(x1: Tensor, x2: Tensor, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element of x1 is among those of x2; with `invert`, whether it is not. NaN is among none.

    `assume_unique` is accepted and makes no difference.
    """
    found = any_(equal(expand_dims(x1, -1), ravel(x2)), -1)
    return logical_not(found) if invert else found


def _choices(s: Any) -> list[Any]:
    return [
        s([s.bools(2, 3), s.bools(3)], [s.real(2, 3), s.real(2, 3)], 1.5),
        s([s.bools(3)], [s.real(2, 1)]),
        s([s.bools(2), s.bools(2)], [s.ints(2), s.ints(2)], 7),
    ]


@composite(SAME, samples=_choices)
def select(condlist: Sequence[Mask], choicelist: Sequence[Tensor], default: Tensor = 0) -> Tensor:
    """Elements of the first of `choicelist` whose condition in `condlist` is true there; `default` where none is."""
    if len(condlist) != len(choicelist):
        raise ArgumentError(f"select: {len(condlist)} conditions for {len(choicelist)} choices; they must be as many.")
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result


def _flat(s: Any) -> list[Any]:
    return [s([[0, 5], [-1, 3]], (2, 3)), s(7, (2, 2, 2)), s([1], (4,)), s(s.ints(0), (2, 3)), s([9, -9], (2, 3))]


@composite(KEEP, samples=_flat, differentiable=False, exact=True)
def unravel_index(indices: Index, shape: Shape) -> tuple[Tensor, ...]:
    """The index along each axis of `shape` of positions in the flattened tensor: int32 tensors, int64 of a huge shape.

    Negative positions count from the end; those out of range become the first or the last.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype

    sizes = (int(shape),) if hasattr(shape, "__index__") else tuple(int(d) for d in shape)  # type: ignore[call-overload]
    size = rules.size_of(sizes)
    if min(sizes, default=0) < 0:
        raise ArgumentError(f"unravel_index: sizes must not be negative, got shape {sizes}.")
    wide = dtype(indices) in ("int64", "uint32", "uint64") or size >= 2**31
    position = cast(indices, "int64" if wide else "int32")
    position = where(less(position, 0), add(position, size), position)
    position = clip(position, 0, max(size - 1, 0))
    places = []
    for d in reversed(sizes):
        places.append(cast(mod(position, d), "int64" if size >= 2**31 else "int32"))
        position = floor_divide(position, d)
    return tuple(reversed(places))

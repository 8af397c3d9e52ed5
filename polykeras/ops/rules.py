"""Shape rules that many primitives share, and helpers to write others.

A rule takes an op's arguments, tensors as `AbstractTensor`, and returns the abstract result; it raises `ShapeError` or
`ArgumentError` where the op refuses. The op's name is put in front of the message by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError, ShapeError


def tensor(shape: Sequence[int], dtype: str) -> Any:
    """An abstract tensor."""
    from polykeras.interpreters.abstract import AbstractTensor

    return AbstractTensor(tuple(shape), dtype)


def broadcast(*shapes: Sequence[int]) -> tuple[int, ...]:
    """The shape that `shapes` broadcast to, by NumPy's rule.

    >>> broadcast((3, 1), (4,))
    (3, 4)
    """
    rank = max(map(len, shapes))
    result = []
    for sizes in zip(*([1] * (rank - len(s)) + list(s) for s in shapes), strict=True):
        wide = {d for d in sizes if d != 1}
        if len(wide) > 1:
            raise ShapeError(f"shapes {' and '.join(str(tuple(s)) for s in shapes)} do not broadcast")
        result.append(wide.pop() if wide else 1)
    return tuple(result)


def axis_of(axis: int, rank: int) -> int:
    """`axis` counted from the front; raises if a tensor of that rank does not have it."""
    if not -rank <= axis < rank:
        raise ArgumentError(f"axis {axis} is out of range for a tensor of rank {rank}")
    return axis % rank


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """The axes that an `axis` argument names, counted from the front; None means all."""
    if axis is None:
        return tuple(range(rank))
    axes = tuple(axis_of(a, rank) for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))
    if len(set(axes)) < len(axes):
        raise ArgumentError(f"axis {axis} names the same axis twice")
    return axes


def elementwise(*xs: Any) -> Any:
    """Broadcast; the dtype of the (promoted) arguments."""
    if len(xs) == 1:
        return tensor(xs[0].shape, xs[0].dtype)
    return tensor(broadcast(*(x.shape for x in xs)), xs[-1].dtype)


def elementwise_bool(*xs: Any) -> Any:
    """Broadcast; bool."""
    return tensor(broadcast(*(x.shape for x in xs)), "bool")


def complex_of_parts(x1: Any, x2: Any) -> Any:
    """Broadcast; the complex dtype whose parts have the (promoted) arguments' dtype."""
    return tensor(broadcast(x1.shape, x2.shape), dtypes.complex_of(x1.dtype))


BROADCASTING = (elementwise, complex_of_parts)
"""The rules whose ops broadcast their arguments, so that the tape sums gradients back to the arguments' shapes."""


def reduced(shape: Sequence[int], axis: Any, keepdims: bool) -> tuple[int, ...]:
    """`shape` after a reduction over `axis`."""
    axes = axes_of(axis, len(shape))
    if keepdims:
        return tuple(1 if i in axes else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axes)


def reduction(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Axes removed or kept as 1; the argument's dtype."""
    return tensor(reduced(x.shape, axis, keepdims), x.dtype)


def order_reduction(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """As `reduction`, but an axis of size zero has no largest or smallest element."""
    if any(x.shape[a] == 0 for a in axes_of(axis, len(x.shape))):
        raise ShapeError(f"cannot reduce an axis of size 0, got shape {tuple(x.shape)} and axis {axis}")
    return reduction(x, axis, keepdims)


def bool_reduction(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Axes removed or kept as 1; bool."""
    return tensor(reduced(x.shape, axis, keepdims), "bool")


def size_of(shape: Sequence[int]) -> int:
    """Number of elements."""
    n = 1
    for d in shape:
        n *= d
    return n

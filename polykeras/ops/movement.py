"""The same elements in another arrangement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Axis, Shape, Tensor


def resolve_shape(shape: Sequence[int], newshape: Any) -> tuple[int, ...]:
    """`newshape` with its -1, if it has one, replaced by the size that is left."""
    new = [int(d) for d in ((newshape,) if isinstance(newshape, int) else newshape)]
    total = rules.size_of(shape)
    if new.count(-1) > 1:
        raise ArgumentError(f"only one size may be -1, got {tuple(new)}")
    if -1 in new:
        rest = rules.size_of([d for d in new if d != -1])
        if rest == 0 or total % rest:
            raise ShapeError(f"cannot reshape {tuple(shape)} ({total} elements) to {tuple(new)}")
        new[new.index(-1)] = total // rest
    if rules.size_of(new) != total or any(d < 0 for d in new):
        raise ShapeError(f"cannot reshape {tuple(shape)} ({total} elements) to {tuple(new)}")
    return tuple(new)


@primitive(
    KEEP,
    shape=lambda x, newshape: rules.tensor(resolve_shape(x.shape, newshape), x.dtype),
    samples=lambda s: [s(s.real(2, 6), (3, 4)), s(s.real(4), (2, -1)), s(s.real(1), ()), s(s.bools(2, 3), (-1,))],
)
def reshape(x: Tensor, newshape: Shape) -> Tensor:
    """The elements in row-major order in another shape; one size may be -1: what is left."""


def _transpose_rule(x: Any, axes: Any = None) -> Any:
    rank = len(x.shape)
    order = tuple(reversed(range(rank))) if axes is None else rules.axes_of(tuple(axes), rank)
    if len(order) != rank:
        raise ArgumentError(f"axes {tuple(axes)} must name each of the {rank} axes once")
    return rules.tensor([x.shape[a] for a in order], x.dtype)


@primitive(
    KEEP,
    shape=_transpose_rule,
    samples=lambda s: [s(s.real(2, 3)), s(s.real(2, 3, 4), (2, 0, 1)), s(s.ints(2, 3, 4), (0, -1, 1)), s(s.real())],
)
def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    """The axes in the order `axes`, or reversed."""


def _broadcast_rule(x: Any, shape: Any) -> Any:
    if rules.broadcast(x.shape, shape) != tuple(shape):
        raise ShapeError(f"shape {tuple(x.shape)} does not broadcast to {tuple(shape)}")
    return rules.tensor(shape, x.dtype)


@primitive(
    KEEP,
    shape=_broadcast_rule,
    samples=lambda s: [s(s.real(2, 1), (2, 3)), s(s.real(3), (2, 3)), s(s.real(), (2,)), s(s.ints(1, 2), (0, 2))],
)
def broadcast_to(x: Tensor, shape: Shape) -> Tensor:
    """x repeated along new axes and axes of size 1."""


@primitive(
    KEEP,
    shape=lambda x, axes: (rules.axes_of(tuple(axes), len(x.shape)), rules.tensor(x.shape, x.dtype))[1],
    samples=lambda s: [s(s.real(2, 3), (1,)), s(s.real(2, 3), (0, -1)), s(s.ints(3), (0,)), s(s.real(2), ())],
)
def reverse(x: Tensor, axes: Sequence[int]) -> Tensor:
    """The elements in the opposite order along each of `axes`."""


def _flip_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3)), s(s.real(2, 3), axis=1), s(s.real(2, 3, 2), axis=(0, -1))]


@composite(KEEP, samples=_flip_cases)
def flip(x: Tensor, axis: Axis = None) -> Tensor:
    """The elements in the opposite order along `axis`, by default along all."""
    return reverse(x, rules.axes_of(axis, len(x.shape)))


def _pad_rule(x: Any, pad_width: Any, value: float) -> Any:
    if len(pad_width) != len(x.shape):
        raise ArgumentError(f"pad_width needs one (before, after) for each of {len(x.shape)} axes, got {pad_width}")
    if any(p < 0 for pair in pad_width for p in pair):
        raise ArgumentError(f"pad_width must not be negative, got {pad_width}")
    return rules.tensor([d + before + after for d, (before, after) in zip(x.shape, pad_width, strict=True)], x.dtype)


@primitive(
    KEEP,
    shape=_pad_rule,
    samples=lambda s: [
        s(s.real(2, 3), ((1, 0), (0, 2)), 0.0),
        s(s.real(3), ((2, 1),), -1.5),
        s(s.ints(2), ((1, 1),), 7),
    ],
)
def pad_constant(x: Tensor, pad_width: Sequence[tuple[int, int]], value: float) -> Tensor:
    """x with so many elements `value` before and after it along each axis."""


def _pad_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), 1),
        s(s.real(2, 3), ((1, 0), (0, 2)), constant_values=3.0),
        s(s.real(3, 4), ((1, 2), (2, 1)), mode="reflect"),
        s(s.real(3, 4), (1, 2), mode="symmetric"),
        s(s.real(3, 4), ((2, 1),), mode="edge"),
        s(s.real(3, 4), ((1, 2), (0, 0)), mode="wrap"),
    ]


@composite(KEEP, samples=_pad_cases)
def pad(x: Tensor, pad_width: Any, mode: str = "constant", constant_values: float | None = None) -> Tensor:
    """x with elements before and after it along each axis.

    `pad_width`: ``(before, after)`` per axis, or one pair or int for all. `mode`: ``"constant"`` (with
    `constant_values`, default 0), ``"reflect"``, ``"symmetric"``, ``"edge"`` or ``"wrap"``, as in NumPy.
    """
    import numpy as np

    from polykeras.ops.indexing import take

    rank = len(x.shape)
    widths = tuple((int(a), int(b)) for a, b in np.broadcast_to(np.asarray(pad_width), (rank, 2)))
    if mode == "constant":
        return pad_constant(x, widths, 0 if constant_values is None else constant_values)
    if constant_values is not None:
        raise ArgumentError(f"pad: constant_values goes with mode='constant' only, got mode={mode!r}.")
    if mode not in ("reflect", "symmetric", "edge", "wrap"):
        raise ArgumentError(f"pad: mode must be constant, reflect, symmetric, edge or wrap, got {mode!r}.")
    for axis, (width, size) in enumerate(zip(widths, tuple(x.shape), strict=True)):
        if width != (0, 0):
            positions = np.pad(np.arange(size, dtype="int32"), width, mode=mode)  # type: ignore[call-overload]
            x = take(x, positions, axis=axis)
    return x


@composite(KEEP, samples=lambda s: [s(s.real(2, 3)), s(s.bools(2)), s(s.real())])
def copy(x: Tensor) -> Tensor:
    """A tensor of its own with the elements of x, which nothing that is done to x changes."""
    from polykeras.ops.indexing import where

    return where(True, x, x)


# ---- spelled with the above ------------------------------------------------------------------------------------------


def _expand_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3), 0), s(s.real(2, 3), -1), s(s.real(2), (0, 2)), s(s.real(), 0)]


@composite(KEEP, samples=_expand_cases)
def expand_dims(x: Tensor, axis: int | Sequence[int]) -> Tensor:
    """x with new axes of size 1 at `axis`."""
    shape = tuple(x.shape)
    count = len(axis) if isinstance(axis, (tuple, list)) else 1
    new = set(rules.axes_of(axis, len(shape) + count))
    sizes = iter(shape)
    return reshape(x, tuple(1 if i in new else next(sizes) for i in range(len(shape) + count)))


def _squeeze_cases(s: Any) -> list[Any]:
    return [s(s.real(1, 3, 1)), s(s.real(1, 3, 1), axis=0), s(s.real(2, 1), axis=-1)]


@composite(KEEP, samples=_squeeze_cases)
def squeeze(x: Tensor, axis: Axis = None) -> Tensor:
    """x without its axes of size 1, or without those that `axis` names."""
    shape = tuple(x.shape)
    if axis is None:
        return reshape(x, tuple(d for d in shape if d != 1))
    axes = rules.axes_of(axis, len(shape))
    if any(shape[a] != 1 for a in axes):
        raise ShapeError(f"squeeze: only axes of size 1 can be removed, got axis {axis} of shape {shape}.")
    return reshape(x, tuple(d for i, d in enumerate(shape) if i not in axes))


@composite(KEEP, samples=lambda s: [s(s.real(2, 3)), s(s.real())])
def ravel(x: Tensor) -> Tensor:
    """The elements in row-major order, in one axis."""
    return reshape(x, (rules.size_of(tuple(x.shape)),))


@composite(KEEP, samples=lambda s: [s(s.real(2, 3, 4), 0, 2), s(s.real(2, 3), -1, 0)])
def swapaxes(x: Tensor, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged."""
    order = list(range(len(x.shape)))
    a, b = rules.axis_of(axis1, len(order)), rules.axis_of(axis2, len(order))
    order[a], order[b] = order[b], order[a]
    return transpose(x, tuple(order))


@composite(KEEP, samples=lambda s: [s(s.real(2, 3, 4), 0, -1), s(s.real(2, 3, 4), (0, 1), (1, 2))])
def moveaxis(x: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Axes `source` moved to `destination`, the others kept in order."""
    rank = len(x.shape)
    sources, destinations = rules.axes_of(source, rank), rules.axes_of(destination, rank)
    if len(sources) != len(destinations):
        raise ArgumentError(f"moveaxis: source {source} and destination {destination} must be equally many axes.")
    order = [a for a in range(rank) if a not in sources]
    for to, a in sorted(zip(destinations, sources, strict=True)):
        order.insert(to, a)
    return transpose(x, tuple(order))


def _roll_cases(s: Any) -> list[Any]:
    return [s(s.real(5), 2), s(s.real(2, 3), 1, axis=1), s(s.real(3, 4), (1, -2), axis=(0, 1)), s(s.real(2, 3), 4)]


@composite(KEEP, samples=_roll_cases)
def roll(x: Tensor, shift: int | Sequence[int], axis: Axis = None) -> Tensor:
    """Elements moved by `shift` places along `axis`, those pushed out coming in at the other end.

    Without an axis the tensor is rolled as if it were flat, by the sum of several shifts. One shift serves several axes.
    """
    from polykeras.ops.indexing import strided_slice
    from polykeras.ops.joining import concatenate

    shape = tuple(x.shape)
    shifts = shift if isinstance(shift, (tuple, list)) else (shift,)
    if axis is None:
        return reshape(roll(ravel(x), sum(shifts), 0), shape)
    axes = rules.axes_of(axis, len(shape))
    if len(shifts) not in (1, len(axes)):
        raise ArgumentError(f"shift {shift} must be one number, or one for each axis of {axis}")
    for by, a in zip(shifts if len(shifts) > 1 else [*shifts] * len(axes), axes, strict=True):
        cut = -by % shape[a] if shape[a] else 0
        if cut:
            ones = (1,) * len(shape)
            start, stop = [0] * len(shape), list(shape)
            start[a] = stop[a] = cut
            x = concatenate([strided_slice(x, start, shape, ones), strided_slice(x, (0,) * len(shape), stop, ones)], a)
    return x

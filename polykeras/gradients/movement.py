"""Rules of ops that move elements: each is undone on the way back."""

from __future__ import annotations

from typing import Any

from polykeras.gradients.table import rule, unbroadcast
from polykeras.ops import rules
from polykeras.ops.indexing import strided_slice
from polykeras.ops.movement import reshape, reverse, transpose
from polykeras.ops.windows import overlap_add, sliding_windows


def _reshape(out: Any, x: Any, newshape: Any) -> Any:
    shape = tuple(x.shape)
    return lambda g: reshape(g, shape)


def _transpose(out: Any, x: Any, axes: Any) -> Any:
    rank = len(x.shape)
    if axes is None:
        return lambda g: transpose(g)
    order = rules.axes_of(tuple(axes), rank)
    back = tuple(order.index(a) for a in range(rank))
    return lambda g: transpose(g, back)


def _broadcast_to(out: Any, x: Any, shape: Any) -> Any:
    original = tuple(x.shape)
    return lambda g: unbroadcast(g, original)


def _pad_constant(out: Any, x: Any, pad_width: Any, value: Any) -> Any:
    start = tuple(before for before, _ in pad_width)
    stop = tuple(before + d for (before, _), d in zip(pad_width, tuple(x.shape), strict=True))
    return lambda g: strided_slice(g, start, stop, (1,) * len(start))


def _concatenate(out: Any, xs: Any, axis: int) -> Any:
    shapes = [tuple(x.shape) for x in xs]
    axis = rules.axis_of(axis, len(shapes[0]))

    def pull(g: Any) -> list[Any]:
        pieces, begin = [], 0
        for shape in shapes:
            start, stop = [0] * len(shape), list(tuple(g.shape))
            start[axis], stop[axis] = begin, begin + shape[axis]
            begin = stop[axis]
            pieces.append(strided_slice(g, tuple(start), tuple(stop), (1,) * len(shape)))
        return pieces

    return pull


def _windows(out: Any, x: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    shape = tuple(x.shape)
    return lambda g: overlap_add(g, shape, axes, sizes, strides, dilations)


rule("reshape", x=_reshape)
rule("transpose", x=_transpose)
rule("broadcast_to", x=_broadcast_to)
rule("reverse", x=lambda out, x, axes: lambda g: reverse(g, axes))
rule("pad_constant", x=_pad_constant)
rule("concatenate", xs=_concatenate)
rule("sliding_windows", x=_windows)
rule(
    "overlap_add",
    x=lambda out, x, shape, axes, sizes, strides, dilations: (
        lambda g: sliding_windows(g, axes, sizes, strides, dilations)
    ),
)

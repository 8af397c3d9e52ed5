"""Several tensors into one, and one into several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.movement import broadcast_to, expand_dims, reshape
from polykeras.ops.policies import KEEP, SAME_OR_COMPLEX
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _concatenate_rule(xs: Any, axis: int = 0) -> Any:
    first = xs[0].shape
    axis = rules.axis_of(axis, len(first))
    for x in xs[1:]:
        if len(x.shape) != len(first) or any(
            i != axis and a != b for i, (a, b) in enumerate(zip(first, x.shape, strict=True))
        ):
            raise ShapeError(f"shapes {', '.join(str(tuple(x.shape)) for x in xs)} differ beside axis {axis}")
    return rules.tensor([sum(x.shape[axis] for x in xs) if i == axis else d for i, d in enumerate(first)], xs[0].dtype)


def _several(s: Any) -> list[Any]:
    return [
        s([s.real(2, 3), s.real(1, 3)]),
        s([s.real(2, 3), s.real(2, 1), s.real(2, 2)], axis=-1),
        s([s.real(2)]),
        s([s.real(0, 2), s.real(3, 2)]),
    ]


@primitive(SAME_OR_COMPLEX, shape=_concatenate_rule, samples=_several)
def concatenate(xs: Sequence[Tensor], axis: int = 0) -> Tensor:
    """The tensors one behind the other along an axis that they have; dtypes are promoted."""


def _stackable(s: Any) -> list[Any]:
    return [s([s.real(2, 3), s.real(2, 3)]), s([s.real(2), s.real(2), s.real(2)], axis=-1), s([s.real(), s.real()])]


@composite(SAME_OR_COMPLEX, samples=_stackable)
def stack(x: Sequence[Tensor], axis: int = 0) -> Tensor:
    """The tensors, all of one shape, along a new axis."""
    shapes = {tuple(v.shape) for v in x}
    if len(shapes) > 1:
        raise ShapeError(f"stack: shapes must be equal, got {', '.join(map(str, sorted(shapes)))}.")
    return concatenate([expand_dims(v, axis) for v in x], axis)


def _splits(s: Any) -> list[Any]:
    return [s(s.real(6, 2), 3), s(s.real(2, 5), [1, 3], axis=1), s(s.real(4), 1)]


@composite(KEEP, samples=_splits)
def split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """A list of pieces along `axis`: so many equal ones, or cut at the given positions."""
    from polykeras.ops.indexing import strided_slice

    shape = tuple(x.shape)
    axis = rules.axis_of(axis, len(shape))
    size = shape[axis]
    if isinstance(indices_or_sections, int):
        if indices_or_sections < 1 or size % indices_or_sections:
            raise ArgumentError(
                f"split: {indices_or_sections} equal sections of axis {axis} of shape {shape} do not exist."
            )
        step = size // indices_or_sections
        cuts = [step * i for i in range(1, indices_or_sections)]
    else:
        cuts = [min(max(int(c) if c >= 0 else int(c) + size, 0), size) for c in indices_or_sections]
    pieces = []
    for begin, end in zip([0, *cuts], [*cuts, size], strict=True):
        start, stop = [0] * len(shape), list(shape)
        start[axis], stop[axis] = begin, max(begin, end)
        pieces.append(strided_slice(x, tuple(start), tuple(stop), (1,) * len(shape)))
    return pieces


@composite(KEEP, samples=lambda s: [s(s.real(3, 2)), s(s.real(2, 3), axis=1)])
def unstack(x: Tensor, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """A list of the slices along `axis`, without that axis."""
    shape = tuple(x.shape)
    axis = rules.axis_of(axis, len(shape))
    if num not in (None, shape[axis]):
        raise ArgumentError(f"unstack: axis {axis} of shape {shape} holds {shape[axis]} slices, not {num}.")
    rest = shape[:axis] + shape[axis + 1 :]
    return [reshape(piece, rest) for piece in split(x, shape[axis], axis)] if shape[axis] else []


def _tile_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3), (2, 1)), s(s.real(3), 2), s(s.real(2), (3, 1, 2)), s(s.real(2, 2), (2,))]


@composite(KEEP, samples=_tile_cases)
def tile(x: Tensor, repeats: int | Sequence[int]) -> Tensor:
    """x side by side, so many times along each axis."""
    times = (repeats,) if isinstance(repeats, int) else tuple(int(r) for r in repeats)
    shape = tuple(x.shape)
    rank = max(len(times), len(shape))
    times = (1,) * (rank - len(times)) + times
    shape = (1,) * (rank - len(shape)) + shape
    wide = tuple(n for pair in zip(times, shape, strict=True) for n in pair)
    spread = broadcast_to(reshape(x, tuple(n for d in shape for n in (1, d))), wide)
    return reshape(spread, tuple(t * d for t, d in zip(times, shape, strict=True)))


def _repeat_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 3), 2), s(s.real(2, 3), 2, axis=1), s(s.real(3, 2), [1, 0, 2], axis=0)]


@composite(KEEP, samples=_repeat_cases)
def repeat(x: Tensor, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    """Each element so many times, along `axis` or of the flattened tensor. Counts are known numbers, not tensors."""
    import numpy as np

    from polykeras.ops.indexing import take
    from polykeras.ops.movement import ravel

    if axis is None:
        x, axis = ravel(x), 0
    counts = np.asarray(repeats)
    size = tuple(x.shape)[rules.axis_of(axis, len(x.shape))]
    if counts.shape not in ((), (1,), (size,)):
        raise ShapeError(f"repeats {repeats} must be one number, or one for each of {size} elements")
    if (counts < 0).any():
        raise ArgumentError(f"repeats must not be negative, got {repeats}")
    positions = np.repeat(np.arange(size, dtype="int32"), counts)
    return take(x, positions, axis=axis)

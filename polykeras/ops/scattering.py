"""Putting values at places that are named by several indices each."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite
from polykeras.typing import Index, Shape, Tensor

REDUCTIONS = (None, "add", "max", "min", "mul")


def _row_numbers(indices: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The row-major number of each place in leading axes of `shape`; the number of places for one out of range."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import greater_equal, less
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import add, multiply
    from polykeras.ops.indexing import where
    from polykeras.ops.logic import logical_and

    count = rules.size_of(shape)
    wide = count >= 2**31 or dtype(indices) in ("int64", "uint32", "uint64")
    indices = cast(indices, "int64" if wide else "int32")
    number: Any = None
    inside: Any = None
    for axis, size in enumerate(shape):
        index = indices[..., axis]
        index = where(less(index, 0), add(index, size), index)
        here = logical_and(greater_equal(index, 0), less(index, size))
        number = index if number is None else add(multiply(number, size), index)
        inside = here if inside is None else logical_and(inside, here)
    return where(inside, number, count)


def _split(indices: Tensor, shape: tuple[int, ...], values: Tensor) -> tuple[int, tuple[int, ...]]:
    """How many axes of `shape` each place names, and the axes of `indices` that run over places; checks them."""
    given = tuple(indices.shape)
    if not given or not 1 <= given[-1] <= len(shape):
        raise ShapeError(
            f"indices need a last axis of 1 to {len(shape)} numbers, for the axes of shape {shape}, got shape {given}"
        )
    depth, batch = given[-1], given[:-1]
    if tuple(values.shape) != (*batch, *shape[depth:]):
        raise ShapeError(
            f"indices {given} into shape {shape} take values of shape {(*batch, *shape[depth:])}, "
            f"got {tuple(values.shape)}"
        )
    return depth, batch


def _scatter_cases(s: Any) -> list[Any]:
    return [
        s([[0, 1], [2, -1], [0, 1]], s.real(3), (3, 2)),
        s([[0], [3], [9]], s.real(3, 2), (4, 2)),
        s([[[0], [1]]], s.real(1, 2), (2,)),
    ]


@composite(KEEP, samples=_scatter_cases)
def scatter(indices: Index, values: Tensor, shape: Shape) -> Tensor:
    """Zeros of `shape` with `values` added at `indices`.

    Values for one place are added up. Negative indices count from the end; values for a place that does not exist are
    dropped.

    Args:
        indices: integers, ``(..., k)``: each row names a place in the first k axes of `shape`.
        values: ``(..., *shape[k:])``; its dtype is the result's.
        shape: a tuple of ints.

    Raises:
        ShapeError: indices, values and shape do not fit together.
    """
    from polykeras.ops.indexing import scatter_add
    from polykeras.ops.movement import reshape

    shape = tuple(shape)
    if any(d < 0 for d in shape):
        raise ArgumentError(f"shape must hold no negative sizes, got {shape}")
    depth, _ = _split(indices, shape, values)
    outer = shape[:depth]
    return reshape(scatter_add(values, _row_numbers(indices, outer), 0, rules.size_of(outer)), shape)


def _update_cases(s: Any) -> list[Any]:
    places = [[0, 1], [2, -1], [0, 1]]
    return [
        s(s.real(3, 2), places, s.real(3)),
        s(s.real(4, 2), [[0], [3], [9]], s.real(3, 2)),
        s(s.real(3, 2), places, s.real(3), reduction="add"),
        s(s.real(3, 2), places, s.real(3), reduction="max"),
        s(s.real(3, 2), places, s.real(3), reduction="min"),
        s(s.real(3, 2), places, s.real(3), reduction="mul"),
    ]


@composite(KEEP, samples=_update_cases)
def scatter_update(inputs: Tensor, indices: Index, updates: Tensor, reduction: str | None = None) -> Tensor:
    """`inputs` with `updates` put at `indices`.

    Without a reduction, the last of several updates of one place is the one that stays, and alone has a gradient.
    With one, what is there and all updates of a place are added, multiplied, or the largest or smallest of them taken,
    where ties share the gradient equally. Negative indices count from the end; updates of a place that does not exist
    are dropped.

    Args:
        inputs: any shape; its dtype is the result's.
        indices: integers, ``(..., k)``: each row names a place in the first k axes of `inputs`.
        updates: ``(..., *inputs.shape[k:])``, cast to the dtype of `inputs`.
        reduction: None, ``"add"``, ``"max"``, ``"min"`` or ``"mul"``.

    Raises:
        ShapeError: the shapes do not fit together.
        ArgumentError: there is no such reduction.
    """
    from polykeras.ops import segments
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import greater_equal
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import range_
    from polykeras.ops.indexing import gather, where
    from polykeras.ops.joining import concatenate
    from polykeras.ops.movement import reshape

    if reduction not in REDUCTIONS:
        raise ArgumentError(f"reduction must be one of {REDUCTIONS}, got {reduction!r}")
    shape = tuple(inputs.shape)
    depth, batch = _split(indices, shape, updates)
    rows, rest, count = rules.size_of(shape[:depth]), shape[depth:], rules.size_of(batch)
    numbers = reshape(_row_numbers(indices, shape[:depth]), (count,))
    old = reshape(inputs, (rows, *rest))
    new = reshape(cast(updates, dtype(inputs)), (count, *rest))
    if reduction is None:
        last = segments.scatter_max(range_(0, count, 1, "int32"), numbers, rows)  # negative where there is none
        updated = reshape(greater_equal(last, 0), (rows,) + (1,) * len(rest))
        return reshape(where(updated, gather(new, last, 0) if count else old, old), shape)
    reduce = {"add": "segment_sum", "max": "segment_max", "min": "segment_min", "mul": "segment_prod"}[reduction]
    ids = concatenate([range_(0, rows, 1, dtype(numbers)), numbers])
    return reshape(getattr(segments, reduce)(concatenate([old, new]), ids, rows), shape)

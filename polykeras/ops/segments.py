"""Reductions over slices that share an id.

`segment_ids` has the shape of the leading axes of `data`. Slices whose id is negative, or not below `num_segments`, are
dropped. Without `num_segments` there are as many segments as the largest id says, which is looked at: a compiled step
cannot do that. `sorted` promises that the ids ascend; nothing here needs it.
"""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.host_values import values_of
from polykeras.ops.policies import KEEP, SAME
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Index, Tensor


def _scatter_max_rule(updates: Any, indices: Any, size: int) -> Any:
    depth = len(indices.shape)
    if tuple(updates.shape[:depth]) != tuple(indices.shape):
        raise ShapeError(f"updates of shape {tuple(updates.shape)} do not fit indices of shape {tuple(indices.shape)}")
    return rules.tensor((size, *updates.shape[depth:]), updates.dtype)


@primitive(
    SAME,
    shape=_scatter_max_rule,
    samples=lambda s: [
        s(s.real(5, 2), [0, 2, 0, -2, 2], 3),
        s(s.real(2, 2, 3), [[0, 1], [1, 7]], 2),
        s(s.real(3), [1, 1, -9], 2, grad=False),
    ],
)
def scatter_max(updates: Tensor, indices: Index, size: int) -> Tensor:
    """`size` slices, each the largest, element by element, of the slices of `updates` that `indices` send there.

    NaN if there is one. Where nothing was sent: -infinity, the lowest integer, False. Negative indices count from the
    end; slices whose index is out of range are dropped. Ties share the gradient equally.
    """


def _number_of_segments(data: Tensor, segment_ids: Tensor, num_segments: int | None) -> int:
    depth = len(segment_ids.shape)
    if tuple(data.shape)[:depth] != tuple(segment_ids.shape):
        raise ShapeError(
            f"segment_ids must have the shape of the leading axes of data, {tuple(data.shape)}, "
            f"got {tuple(segment_ids.shape)}"
        )
    if num_segments is None:
        ids = values_of(segment_ids, "Without num_segments, the largest id says how many segments there are")
        return int(ids.max()) + 1 if ids.size else 0
    if num_segments < 0:
        raise ArgumentError(f"num_segments must not be negative, got {num_segments}")
    return int(num_segments)


def _not_from_the_end(segment_ids: Tensor, size: int) -> Tensor:
    """The ids, those out of range made `size`."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import greater_equal, less
    from polykeras.ops.conversion import dtype
    from polykeras.ops.indexing import where
    from polykeras.ops.logic import logical_and

    kind = dtype(segment_ids)
    if kind not in ("int32", "int64"):
        segment_ids = cast(segment_ids, "int64" if kind in ("uint32", "uint64") else "int32")
    return where(logical_and(greater_equal(segment_ids, 0), less(segment_ids, size)), segment_ids, size)


def _cases(s: Any) -> list[Any]:
    return [
        s(s.real(5, 2), [0, 2, 0, 1, 2], num_segments=4),
        s(s.real(4), [0, -1, 1, 1], num_segments=2),
        s(s.real(2, 2, 3), [[0, 1], [1, 3]], num_segments=3),
    ]


def _cases_of_order(s: Any) -> list[Any]:
    return [
        s(s.real(5, 2), [0, 2, 0, 1, 2], num_segments=3),
        s(s.real(2, 2, 3), [[0, 1], [1, 3]], num_segments=2),
        s(s.real(4), [0, -1, 1, 4], num_segments=3, grad=False),  # with an empty segment, infinite
    ]


@composite(KEEP, samples=_cases)
def segment_sum(data: Tensor, segment_ids: Index, num_segments: int | None = None, sorted: bool = False) -> Tensor:
    """Sums of the slices of `data` that share an id; 0 of none."""
    from polykeras.ops.indexing import scatter_add

    size = _number_of_segments(data, segment_ids, num_segments)
    return scatter_add(data, _not_from_the_end(segment_ids, size), 0, size)


@composite(SAME, samples=_cases_of_order)
def segment_max(data: Tensor, segment_ids: Index, num_segments: int | None = None, sorted: bool = False) -> Tensor:
    """The largest of the slices of `data` that share an id, element by element; NaN if there is one.

    Of none: -infinity, the lowest integer, False. Ties share the gradient equally.
    """
    size = _number_of_segments(data, segment_ids, num_segments)
    return scatter_max(data, _not_from_the_end(segment_ids, size), size)


@composite(SAME, samples=_cases_of_order)
def segment_min(data: Tensor, segment_ids: Index, num_segments: int | None = None, sorted: bool = False) -> Tensor:
    """The smallest of the slices of `data` that share an id, element by element; NaN if there is one.

    Of none: infinity, the highest integer, True. Ties share the gradient equally.
    """
    size = _number_of_segments(data, segment_ids, num_segments)
    return _turned(scatter_max(_turned(data), _not_from_the_end(segment_ids, size), size))


def _turned(x: Tensor) -> Tensor:
    """x in the opposite order: unlike a negative, the complement of bits exists for every integer."""
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import negative
    from polykeras.ops.logic import bitwise_invert

    return negative(x) if dtypes.is_floating(dtype(x)) else bitwise_invert(x)


@composite(KEEP, samples=_cases)
def segment_prod(data: Tensor, segment_ids: Index, num_segments: int | None = None, sorted: bool = False) -> Tensor:
    """Products of the slices of `data` that share an id; 1 of none.

    Slices of one id are brought together and multiplied in the manner of Hillis and Steele ("Data parallel
    algorithms", 1986), with what is 1, 2, 4, ... places before: nothing is divided, so gradients at zeros are right.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import equal
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import ones
    from polykeras.ops.elementwise import multiply
    from polykeras.ops.indexing import gather, scatter_add, strided_slice, where
    from polykeras.ops.joining import concatenate
    from polykeras.ops.movement import pad_constant, reshape
    from polykeras.ops.sorting import argsort

    size = _number_of_segments(data, segment_ids, num_segments)
    kind, rest = dtype(data), tuple(data.shape)[len(segment_ids.shape) :]
    count = rules.size_of(tuple(segment_ids.shape))
    ids = reshape(_not_from_the_end(segment_ids, size), (count,))
    rows = reshape(data, (count, *rest))
    if kind in ("float16", "bfloat16"):
        rows = cast(rows, "float32")
    order = argsort(ids)
    ids, rows = gather(ids, order, 0), gather(rows, order, 0)

    def before(x: Tensor, places: int, fill: float) -> Tensor:
        kept = strided_slice(x, (0,) * len(x.shape), (count - places, *tuple(x.shape)[1:]), (1,) * len(x.shape))
        return pad_constant(kept, ((places, 0), *((0, 0),) * (len(x.shape) - 1)), fill)

    def column(condition: Tensor) -> Tensor:
        return reshape(condition, (count,) + (1,) * len(rest))

    places = 1
    while places < count:
        same = column(equal(ids, before(ids, places, -1)))
        rows = multiply(rows, where(same, before(rows, places, 1), 1))
        places *= 2
    # The last row of each id holds its product; all others are dropped.
    last = equal(ids, concatenate([ids[1:], ids[:1] * 0 - 1])) if count else ids
    ends = where(last, size, ids) if count else ids
    products = scatter_add(rows, ends, 0, size)
    found = scatter_add(ones((count,), "int32"), ends, 0, size)
    found = reshape(found, (size,) + (1,) * len(rest))
    return cast(where(equal(found, 0), 1, products), kind)

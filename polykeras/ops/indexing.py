"""Picking elements out of tensors and putting them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.ops import rules
from polykeras.ops.policies import KEEP, SAME_OR_COMPLEX
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Index, Mask, Shape, Tensor


def _where_rule(condition: Any, x1: Any, x2: Any) -> Any:
    return rules.tensor(rules.broadcast(condition.shape, x1.shape, x2.shape), x1.dtype)


rules.BROADCASTING += (_where_rule,)  # type: ignore[assignment]


@primitive(
    SAME_OR_COMPLEX,
    shape=_where_rule,
    samples=lambda s: [
        s(s.bools(2, 3), s.real(2, 3), s.real(2, 3)),
        s(s.bools(2, 1), s.real(3), 0.5),
        s(s.bools(3), s.ints(3), s.ints(1)),
    ],
    scalars=True,
)
def where(condition: Mask, x1: Tensor, x2: Tensor) -> Tensor:
    """Elements of x1 where `condition` is true, of x2 elsewhere."""


# ---- slices with bounds known when the program is written ------------------------------------------------------------


def _slice_sizes(start: Sequence[int], stop: Sequence[int], step: Sequence[int]) -> list[int]:
    return [max(0, -(-(b - a) // c)) for a, b, c in zip(start, stop, step, strict=True)]


def _strided_slice_rule(x: Any, start: Any, stop: Any, step: Any) -> Any:
    if not len(x.shape) == len(start) == len(stop) == len(step):
        raise ArgumentError(f"start, stop and step need one number for each of {len(x.shape)} axes")
    if any(not (0 <= a <= d and 0 <= b <= d and c >= 1) for d, a, b, c in zip(x.shape, start, stop, step, strict=True)):
        raise ArgumentError(f"start {start} and stop {stop} must lie within shape {tuple(x.shape)}, step be positive")
    return rules.tensor(_slice_sizes(start, stop, step), x.dtype)


@primitive(
    KEEP,
    shape=_strided_slice_rule,
    samples=lambda s: [
        s(s.real(4, 5), (1, 0), (4, 5), (2, 1)),
        s(s.real(3), (2,), (2,), (1,)),
        s(s.ints(6), (1,), (6,), (3,)),
    ],
)
def strided_slice(x: Tensor, start: Sequence[int], stop: Sequence[int], step: Sequence[int]) -> Tensor:
    """``x[start[0]:stop[0]:step[0], ...]`` with bounds from 0 to the size and positive steps."""


def _unslice_rule(x: Any, shape: Any, start: Any, stop: Any, step: Any) -> Any:
    if tuple(x.shape) != tuple(_slice_sizes(start, stop, step)):
        raise ShapeError(f"shape {tuple(x.shape)} does not fit the slice {start} to {stop} by {step}")
    return rules.tensor(shape, x.dtype)


@primitive(
    KEEP,
    shape=_unslice_rule,
    samples=lambda s: [s(s.real(2, 5), (4, 5), (1, 0), (4, 5), (2, 1)), s(s.real(2), (6,), (1,), (6,), (3,))],
)
def strided_unslice(x: Tensor, shape: Shape, start: Sequence[int], stop: Sequence[int], step: Sequence[int]) -> Tensor:
    """Zeros of `shape` with x in the place that `strided_slice` would read."""


# ---- slices that start at a position computed at run time ------------------------------------------------------------


def _slice_rule(inputs: Any, start_indices: Any, shape: Any) -> Any:
    if tuple(start_indices.shape) != (len(inputs.shape),) or len(shape) != len(inputs.shape):
        raise ArgumentError(f"start_indices and shape need one number for each of {len(inputs.shape)} axes")
    sizes = tuple(d if n == -1 else n for n, d in zip(shape, inputs.shape, strict=True))
    if any(n < 0 or n > d for n, d in zip(sizes, inputs.shape, strict=True)):
        raise ShapeError(f"a slice of shape {tuple(shape)} does not fit into shape {tuple(inputs.shape)}")
    return rules.tensor(sizes, inputs.dtype)


@primitive(
    KEEP,
    shape=_slice_rule,
    samples=lambda s: [s(s.real(4, 5), [1, 2], (2, 3)), s(s.real(4), [3], (2,)), s(s.ints(3, 2), [0, 1], (3, 1))],
)
def slice_(inputs: Tensor, start_indices: Index, shape: Shape) -> Tensor:
    """A block of `shape` that begins at `start_indices`, a tensor; moved back inside if it would stick out."""


def _slice_update_rule(inputs: Any, start_indices: Any, updates: Any) -> Any:
    _slice_rule(inputs, start_indices, tuple(updates.shape))
    return rules.tensor(inputs.shape, inputs.dtype)


@primitive(
    SAME_OR_COMPLEX,
    shape=_slice_update_rule,
    samples=lambda s: [s(s.real(4, 5), [1, 2], s.real(2, 3)), s(s.real(4), [3], s.real(2))],
)
def slice_update(inputs: Tensor, start_indices: Index, updates: Tensor) -> Tensor:
    """`inputs` with the block that begins at `start_indices` replaced; moved back inside if it would stick out."""


# ---- gather and its transpose ----------------------------------------------------------------------------------------


def _take_rule(x: Any, indices: Any, axis: int) -> Any:
    axis = rules.axis_of(axis, len(x.shape))
    return rules.tensor((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype)


@primitive(
    KEEP,
    shape=_take_rule,
    samples=lambda s: [
        s(s.real(4, 3), [0, 3, 3, -1], 0),
        s(s.real(2, 5), [[0, 4], [1, -5]], 1),
        s(s.real(3), [0, 3, 7, -4], 0, grad=False),
        s(s.ints(3, 2), 1, 0),
    ],
)
def gather(x: Tensor, indices: Index, axis: int) -> Tensor:
    """Slices of x at `indices` along `axis`, which is replaced by the axes of `indices`.

    Negative indices count from the end. An index out of range gives NaN, of signed integers the lowest value, of
    unsigned ones the highest, of bools False.
    """


def _scatter_add_rule(updates: Any, indices: Any, axis: int, size: int) -> Any:
    rank = len(updates.shape) - len(indices.shape) + 1
    axis = rules.axis_of(axis, rank)
    found = tuple(updates.shape[axis : axis + len(indices.shape)])
    if found != tuple(indices.shape):
        raise ShapeError(f"updates of shape {tuple(updates.shape)} do not fit indices of shape {tuple(indices.shape)}")
    return rules.tensor((*updates.shape[:axis], size, *updates.shape[axis + len(indices.shape) :]), updates.dtype)


@primitive(
    KEEP,
    shape=_scatter_add_rule,
    samples=lambda s: [
        s(s.real(4, 3), [0, 2, 2, -1], 0, 5),
        s(s.real(2, 2, 2), [[0, 4], [1, 7]], 1, 5),
        s(s.real(3), 1, 0, 4),
    ],
)
def scatter_add(updates: Tensor, indices: Index, axis: int, size: int) -> Tensor:
    """Zeros with `size` slices along `axis`, to which the slices of `updates` are added at `indices`.

    The transpose of `gather`. Negative indices count from the end; slices whose index is out of range are dropped.
    """


def _take_cases(s: Any) -> list[Any]:
    return [s(s.real(4, 3), [0, 3, -1]), s(s.real(4, 3), [[0, 2]], axis=0), s(s.real(2, 3), 1, axis=-1)]


@composite(KEEP, samples=_take_cases)
def take(x: Tensor, indices: Index, axis: int | None = None) -> Tensor:
    """Slices of x at `indices` along `axis`, or elements of the flattened tensor. See `gather` for bad indices."""
    from polykeras.ops.movement import ravel

    return gather(ravel(x), indices, 0) if axis is None else gather(x, indices, rules.axis_of(axis, len(x.shape)))


def _along_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), [[0, 2, 1, 0], [1, -1, 0, 2]], axis=1),
        s(s.real(3, 2), [[0, 2]], axis=0),
        s(s.real(2, 2), [3, 0]),
    ]


@composite(KEEP, samples=_along_cases)
def take_along_axis(x: Tensor, indices: Index, axis: int | None = None) -> Tensor:
    """``result[i, j, k] = x[i, indices[i, j, k], k]`` for ``axis=1``; other axes broadcast. None: of the flattened tensor."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import less
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import range_
    from polykeras.ops.elementwise import add, multiply
    from polykeras.ops.logic import logical_and
    from polykeras.ops.movement import broadcast_to, ravel, reshape

    if axis is None:
        return gather(ravel(x), indices, 0)
    shape, picked = tuple(x.shape), tuple(indices.shape)
    axis = rules.axis_of(axis, len(shape))
    if len(picked) != len(shape):
        raise ShapeError(f"take_along_axis: x {shape} and indices {picked} must have equally many axes.")
    outer = rules.broadcast(*[tuple(1 if i == axis else d for i, d in enumerate(dims)) for dims in (shape, picked)])
    x = broadcast_to(x, tuple(shape[axis] if i == axis else d for i, d in enumerate(outer)))
    full = tuple(picked[axis] if i == axis else d for i, d in enumerate(outer))
    size = shape[axis]
    wide = dtype(indices) in ("int64", "uint32", "uint64") or rules.size_of(tuple(x.shape)) >= 2**31
    kind = "int64" if wide else "int32"
    position = cast(indices, kind)
    position = where(less(position, 0), add(position, size), position)
    valid = logical_and(less(position, size), less(-1, position))
    # Row-major position of each element of the result in the flattened x.
    stride, flat = 1, 0
    for i in reversed(range(len(shape))):
        if i == axis:
            here = position
        else:
            line = range_(0, full[i], 1, kind)
            here = reshape(line, tuple(full[i] if j == i else 1 for j in range(len(shape))))
        flat = add(flat, multiply(here, stride)) if i < len(shape) - 1 else multiply(here, stride)
        stride *= size if i == axis else full[i]
    flat = where(valid, flat, stride)  # out of range stays out of range
    return gather(ravel(x), broadcast_to(flat, full), 0)


def _one_hot_cases(s: Any) -> list[Any]:
    return [s([0, 2, 1], 3), s([[0, 4], [-1, 1]], 3, axis=0), s([0, 1], 2, dtype="int32")]


@composite(KEEP, samples=_one_hot_cases, differentiable=False, exact=True)
def one_hot(x: Index, num_classes: int, axis: int = -1, dtype: str | None = None, sparse: bool = False) -> Tensor:
    """A new axis of size `num_classes`, one at the position that x names and zero elsewhere.

    A class that is negative or not below `num_classes` gives zeros only.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import equal
    from polykeras.ops.creation import range_
    from polykeras.ops.movement import expand_dims, reshape

    if sparse:
        raise ArgumentError("one_hot: sparse=True is not supported; use the dense form.")
    rank = len(x.shape) + 1
    axis = rules.axis_of(axis, rank)
    classes = reshape(range_(0, num_classes, 1, "int32"), tuple(num_classes if i == axis else 1 for i in range(rank)))
    return cast(equal(expand_dims(x, axis), classes), dtypes.standardize(dtype))


# ---- x[key] ----------------------------------------------------------------------------------------------------------


def _item_cases(s: Any) -> list[Any]:
    x = s.real(3, 4, 2)
    return [
        s(x, 1),
        s(x, (slice(None), -1)),
        s(x, (Ellipsis, slice(None, None, -1))),
        s(x, (slice(1, None), None, slice(0, 4, 2))),
        s(x, ([0, 2], slice(None), 1)),
    ]


@composite(KEEP, samples=_item_cases)
def get_item(x: Tensor, key: Any) -> Tensor:
    """``x[key]``: integers, slices with known bounds, None, Ellipsis, and at most one integer tensor or list.

    A mask is refused, since the shape of its result depends on values: use `where` or `take`.
    """
    from polykeras.ops.conversion import convert_to_tensor
    from polykeras.ops.conversion import dtype as dtype_of
    from polykeras.ops.movement import reshape, reverse

    keys = list(key) if isinstance(key, tuple) else [key]
    shape = tuple(x.shape)
    used = sum(k is not None and k is not Ellipsis for k in keys)
    if used > len(shape):
        raise ArgumentError(f"get_item: {used} indices for a tensor of rank {len(shape)}.")
    at = next((i for i, k in enumerate(keys) if k is Ellipsis), len(keys))
    keys[at : at + 1] = [slice(None)] * (len(shape) - used)
    start, stop, step, backwards, result = [], [], [], [], []
    gathered: tuple[int, Any] | None = None  # position among the kept axes, indices
    axis = 0
    for k in keys:
        if k is None:
            result.append(1)
            continue
        size = shape[axis]
        if isinstance(k, slice):
            low, high, by = k.indices(size)
            count = len(range(low, high, by))
            if by < 0:
                backwards.append(axis)
                low, high, by = low + (count - 1) * by if count else 0, low + 1 if count else 0, -by
            start.append(low)
            stop.append(max(low, high))
            step.append(by)
            result.append(count)
        elif hasattr(k, "__index__") and not hasattr(k, "shape"):
            position = int(k)
            if not -size <= position < size:
                raise ArgumentError(f"get_item: index {position} is out of range for axis {axis} of shape {shape}.")
            start.append(position % size)
            stop.append(position % size + 1)
            step.append(1)
        else:
            indices = convert_to_tensor(k)
            if dtype_of(indices) not in dtypes.INTEGER:
                raise DtypeError(f"get_item: an index tensor must hold integers, got {dtype_of(indices)}.")
            if gathered is not None:
                raise ArgumentError("get_item: only one index may be a tensor or list; use take or take_along_axis.")
            gathered = (len(result), indices)
            start.append(0)
            stop.append(size)
            step.append(1)
            result.append(size)
        axis += 1
    if tuple(stop) != shape or any(start) or any(c != 1 for c in step):
        x = strided_slice(x, tuple(start), tuple(stop), tuple(step))
    if backwards:
        x = reverse(x, tuple(backwards))
    if tuple(x.shape) != tuple(result):
        x = reshape(x, tuple(result))
    return x if gathered is None else gather(x, gathered[1], gathered[0])

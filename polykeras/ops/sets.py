"""Tensors as sets: which elements there are, and where."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.host_values import values_of
from polykeras.ops.policies import KEEP, SAME
from polykeras.ops.registry import composite
from polykeras.typing import Tensor


@composite(SAME, samples=lambda s: [], differentiable=False)
def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    """The places of the elements that are not zero, in row-major order: one int32 vector for each axis of x.

    NaN is not zero. How many there are depends on values, so a compiled step cannot have this.

    Raises:
        ShapeError: x has no axes.
        TraceError: in a compiled step.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import not_equal
    from polykeras.ops.creation import range_
    from polykeras.ops.elementwise import floor_divide, mod, subtract
    from polykeras.ops.indexing import scatter_add, where
    from polykeras.ops.movement import ravel
    from polykeras.ops.reductions import cumulative_sum

    shape = tuple(x.shape)
    if not shape:
        raise ShapeError("nonzero: a scalar has no axes; reshape it to (1,) first.")
    size = rules.size_of(shape)
    there = cast(not_equal(ravel(x), 0) if _is_number(x) else ravel(x), "int32")
    count = int(values_of(there, "The result is as long as there are elements that are not zero").sum())
    rank = subtract(cumulative_sum(there, 0), 1)
    flat = scatter_add(range_(0, size, 1, "int32"), where(cast(there, "bool"), rank, count), 0, count)
    places = []
    for d in reversed(shape):
        places.append(mod(flat, d))
        flat = floor_divide(flat, d)
    return tuple(places[::-1])


def _is_number(x: Tensor) -> bool:
    from polykeras.ops.conversion import dtype

    return dtype(x) != "bool"


def _unique_cases(s: Any) -> list[Any]:
    nan = float("nan")
    x = [[2.5, -1.0, 2.5], [0.5, -1.0, 2.5]]
    every = {"return_index": True, "return_inverse": True, "return_counts": True}
    return [
        s(x, size=5, fill_value=-7, grad=False, **every),
        s(x, size=2, grad=False, **every),
        s([[1.5, 0.5], [0.5, 1.5], [1.5, 0.5]], axis=0, size=4, grad=False, **every),
        s([nan, 1.5, nan], size=3, grad=False, **every),
        s(s.real(2, 3), size=6),
        s(s.real(2, 3), axis=1, size=3),
        s(s.real(0), size=2, **every),
    ]


@composite(KEEP, samples=_unique_cases)
def unique(
    x: Tensor,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: float | None = None,
) -> Any:
    """The distinct elements of x, or its distinct slices along `axis`, in ascending order.

    Slices are compared from their first element on. Each NaN is distinct from everything, other NaN included; they
    come last. The gradient of a value goes to its first occurrence.

    Args:
        x: flattened, unless there is an `axis`.
        sorted: the result is sorted in either case.
        return_index: also give the place of the first occurrence of each value.
        return_inverse: also give the number of the value at each place, in the shape of x or, with `axis`, a vector.
        return_counts: also give how often each value occurs.
        axis: of which the slices are compared, or None.
        size: how many values to give. Missing ones are `fill_value`, with the index of the first value and the count
            0; those beyond it are left out. Without it the result is as long as there are values, so that a compiled
            step cannot have it.
        fill_value: by default 0.

    Returns:
        The values, or a tuple of them and what else was asked for, all int32.

    Raises:
        ArgumentError: x has no such axis, or `size` is negative.
        TraceError: in a compiled step without `size`.
    """
    from polykeras.ops.comparison import less
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import full, ones, range_, zeros
    from polykeras.ops.elementwise import subtract
    from polykeras.ops.indexing import gather, scatter_add, where
    from polykeras.ops.movement import moveaxis, reshape
    from polykeras.ops.reductions import cumulative_sum, sum_

    if size is not None and size < 0:
        raise ArgumentError(f"unique: size must not be negative, got {size}.")
    shape = tuple(x.shape)
    if axis is None:
        rows, rest = reshape(x, (rules.size_of(shape),)), ()
    else:
        axis = rules.axis_of(axis, len(shape))
        rows = moveaxis(x, axis, 0)
        rest = tuple(rows.shape)[1:]
    n = int(rows.shape[0])
    order, new = _grouped(rows, n, rules.size_of(rest))
    group = subtract(cumulative_sum(new, 0), 1)  # of the sorted elements
    found = sum_(new)
    if size is None:
        size = int(values_of(found, "Without size, the result is as long as there are distinct elements"))
    index = scatter_add(where(less(0, new), order, 0), group, 0, size)
    taken = less(range_(0, size, 1, "int32"), found)
    index = where(taken, index, index[:1] if size else index)
    kind = dtype(x)
    values = gather(rows, index, 0) if n else zeros((size, *rest), kind)
    values = where(reshape(taken, (size,) + (1,) * len(rest)), values, full((), fill_value or 0, kind))
    results = [values if axis is None else moveaxis(values, 0, axis)]
    if return_index:
        results.append(index)
    if return_inverse:
        inverse = scatter_add(group, order, 0, n)
        results.append(reshape(inverse, shape) if axis is None else inverse)
    if return_counts:
        results.append(scatter_add(ones((n,), "int32"), group, 0, size))
    return tuple(results) if len(results) > 1 else results[0]


def _grouped(rows: Tensor, n: int, width: int) -> tuple[Tensor, Tensor]:
    """An order that sorts the rows, and int32 ones at those that differ from the one before."""
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import not_equal
    from polykeras.ops.control_flow import scan
    from polykeras.ops.creation import ones, range_
    from polykeras.ops.indexing import gather
    from polykeras.ops.joining import concatenate
    from polykeras.ops.movement import reshape, transpose
    from polykeras.ops.reductions import any_
    from polykeras.ops.sorting import argsort

    flat = len(rows.shape) == 1
    if flat:
        order = argsort(rows, -1)
    else:
        order = range_(0, n, 1, "int32")
        rows = reshape(rows, (n, width))
        if n and width:  # stable sorts by one column after the other, the first one last

            def sort_by(order: Tensor, column: Tensor) -> tuple[Tensor, Tensor]:
                order = gather(order, argsort(gather(column, order, 0), -1), 0)
                return order, order[:0]

            order, _ = scan(sort_by, order, transpose(rows), reverse=True)
    if n == 0:
        return order, ones((0,), "int32")
    in_order = gather(rows, order, 0)
    new = not_equal(in_order[1:], in_order[:-1])
    new = new if flat else any_(new, 1)
    return order, concatenate([ones((1,), "int32"), cast(new, "int32")])

"""Counting: how many elements fall between which bounds, or have which value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.host_values import values_of
from polykeras.ops.policies import FLOAT, SAME
from polykeras.ops.registry import composite
from polykeras.typing import Index, Tensor


def _search_cases(s: Any) -> list[Any]:
    # Whole numbers in the sequence, or equal ones: the suite turns floats round, which would unsort them.
    return [
        s([0, 2, 2, 5], s.ints(2, 3, low=0, high=7)),
        s([0, 2, 2, 5], s.ints(6, low=0, high=7), side="right"),
        s([0.25] * 3, [[0.25, -2.0], [2.5, float("nan")]], side="right"),
        s([0.25] * 3, [0.25, -2.0, 2.5]),
        s(s.real(0), s.real(2)),
    ]


@composite(SAME, samples=_search_cases, differentiable=False, exact=True)
def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str = "left") -> Tensor:
    """int32 places at which `values` would have to be inserted into `sorted_sequence` to keep it sorted.

    Before equal elements with ``side="left"``, behind them with ``"right"``. The order is that of `sort`: NaN come
    last, and are equal to each other.

    Raises:
        ShapeError: `sorted_sequence` is not a vector.
        ArgumentError: there is no such side.
    """
    from polykeras.ops.comparison import less, less_equal, not_equal
    from polykeras.ops.conversion import dtype
    from polykeras.ops.creation import zeros
    from polykeras.ops.elementwise import add, minimum
    from polykeras.ops.indexing import gather, where
    from polykeras.ops.logic import logical_and, logical_not, logical_or

    if len(sorted_sequence.shape) != 1:
        raise ShapeError(f"searchsorted: sorted_sequence must be a vector, got shape {tuple(sorted_sequence.shape)}.")
    if side not in ("left", "right"):
        raise ArgumentError(f"searchsorted: side must be 'left' or 'right', got {side!r}.")
    with_nan = dtypes.is_floating(dtype(values))
    missing = not_equal(values, values) if with_nan else None

    def goes_before(element: Tensor) -> Tensor:
        if side == "right":
            before = less_equal(element, values)
            return logical_or(before, missing) if with_nan else before
        before = less(element, values)
        if with_nan:
            before = logical_or(before, logical_and(missing, logical_not(not_equal(element, element))))
        return before

    # Bit by bit, from the highest: how many elements go before each value.
    size = int(sorted_sequence.shape[0])
    count = zeros(tuple(values.shape), "int32")
    for bit in reversed(range(size.bit_length())):
        more = add(count, 1 << bit)
        element = gather(sorted_sequence, minimum(add(more, -1), size - 1), 0)
        count = where(logical_and(less_equal(more, size), goes_before(element)), more, count)
    return count


@composite(SAME, samples=lambda s: [s(s.ints(2, 3, low=0, high=6), [1, 3, 3, 4])], differentiable=False, exact=True)
def digitize(x: Tensor, bins: Tensor) -> Tensor:
    """int32 numbers of the bins that the elements of x fall in: i if ``bins[i - 1] <= x < bins[i]``.

    `bins` is an ascending vector. Below all of it is 0; NaN count as above.
    """
    return searchsorted(bins, x, "right")


def _histogram_cases(s: Any) -> list[Any]:
    return [
        s(s.real(3, 4), 5),
        s(s.real(8), 4, range=(-1.5, 1.0)),
        s([0.5, float("nan"), 2.0, 1.0, 3.0], 3, range=(0.5, 2.0)),
        s(s.ints(9, low=0, high=7), 3, range=(0, 6)),
    ]


@composite(FLOAT, samples=_histogram_cases, differentiable=False)
def histogram(x: Tensor, bins: int = 10, range: Sequence[float] | None = None) -> tuple[Tensor, Tensor]:
    """``counts, edges``: how many elements fall into each of `bins` intervals of equal width.

    A bin takes its lower edge and not its upper one; the last takes both. Elements outside the range, and NaN, are not
    counted. If the range has no width it is widened by 1/2 on both sides.

    Args:
        x: any shape; integers are compared in the default float.
        bins: how many.
        range: lowest and highest edge; by default the extremes of x: NaN if there is one, 0 and 1 of no elements.

    Returns:
        int32 counts, ``(bins,)``, and edges in the dtype of `x`, ``(bins + 1,)``.

    Raises:
        ArgumentError: `bins` is below 1, or `range` is not two ascending finite numbers.
    """
    import numpy as np

    from polykeras.ops.comparison import equal, less
    from polykeras.ops.conversion import convert_to_tensor, dtype
    from polykeras.ops.creation import ones
    from polykeras.ops.elementwise import add, subtract
    from polykeras.ops.indexing import scatter_add, where
    from polykeras.ops.movement import ravel
    from polykeras.ops.reductions import amax, amin
    from polykeras.ops.sequences import linspace

    if isinstance(bins, bool) or not hasattr(bins, "__index__") or int(bins) < 1:
        raise ArgumentError(f"histogram: bins must be a positive int, got {bins!r}.")
    kind, x = dtype(x), ravel(x)
    if range is None and tuple(x.shape) == (0,):
        range = (0.0, 1.0)
    if range is None:
        low, high = amin(x), amax(x)
        flat = equal(low, high)
        low, high = where(flat, subtract(low, 0.5), low), where(flat, add(high, 0.5), high)
        edges = linspace(low, high, bins + 1, dtype=kind)
    else:
        lowest, highest = (float(v) for v in range)
        if not (np.isfinite(lowest) and np.isfinite(highest) and lowest <= highest):
            raise ArgumentError(f"histogram: range must be two ascending finite numbers, got {tuple(range)}.")
        if lowest == highest:
            lowest, highest = lowest - 0.5, highest + 0.5
        # By NumPy, so that no backend's rounding decides on which side of an edge an element lies.
        edges = convert_to_tensor(np.linspace(lowest, highest, bins + 1).astype(dtypes.numpy_dtype(kind)))
    bin_of = subtract(searchsorted(edges, x, "right"), 1)
    bin_of = where(equal(x, edges[bins]), bins - 1, bin_of)
    bin_of = where(less(bin_of, 0), bins, bin_of)
    return scatter_add(ones(tuple(x.shape), "int32"), bin_of, 0, bins), edges


@composite(SAME, samples=lambda s: [], differentiable=False)
def bincount(x: Index, weights: Tensor | None = None, minlength: int = 0, sparse: bool = False) -> Tensor:
    """How often each value occurs in x, or the sum of the weights that go with it.

    The result is as long as the largest value says, and at least `minlength`: its shape depends on values, so that a
    compiled step cannot have it.

    Args:
        x: integers, not negative: a vector, or a matrix of which each row is counted for itself.
        weights: as many numbers.
        minlength: the least length of the result.
        sparse: not supported.

    Returns:
        ``(length,)`` or ``(rows, length)``, int32 or the dtype of the weights.

    Raises:
        ArgumentError: a value or `minlength` is negative.
        ShapeError: x has another rank, or the weights another shape.
        TraceError: in a compiled step.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.creation import ones, range_
    from polykeras.ops.elementwise import add, multiply
    from polykeras.ops.indexing import scatter_add
    from polykeras.ops.movement import reshape

    shape = tuple(x.shape)
    if sparse:
        raise ArgumentError("bincount: sparse=True is not supported; use the dense form.")
    if len(shape) not in (1, 2):
        raise ShapeError(f"bincount: x must be a vector or a matrix, got shape {shape}.")
    if weights is not None and tuple(weights.shape) != shape:
        raise ShapeError(f"bincount: weights must have the shape of x, {shape}, got {tuple(weights.shape)}.")
    if minlength < 0:
        raise ArgumentError(f"bincount: minlength must not be negative, got {minlength}.")
    found = values_of(x, "The largest value says how long the result is")
    if found.size and found.min() < 0:
        raise ArgumentError(f"bincount: x must hold no negative values, got {found.min()}.")
    length = max(int(found.max()) + 1 if found.size else 0, minlength)
    weights = ones(shape, "int32") if weights is None else weights
    if len(shape) == 1:
        return scatter_add(weights, x, 0, length)
    first = reshape(multiply(range_(0, shape[0], 1, "int32"), length), (shape[0], 1))
    return reshape(scatter_add(weights, add(cast(x, "int32"), first), 0, shape[0] * length), (shape[0], length))

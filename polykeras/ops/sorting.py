"""Order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.policies import SAME
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Index, Tensor


def _cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 5)),
        s(s.real(4, 2), axis=0),
        s(s.real(2, 3), axis=None),
        s([[2.0, 1.0, 2.0, 1.0]], grad=False),
        s(s.ints(6)),
        s(s.real(0)),
    ]


def _argsort_rule(x: Any, axis: int | None = -1) -> Any:
    if axis is None:
        return rules.tensor((rules.size_of(x.shape),), "int32")
    rules.axis_of(axis, len(x.shape))
    return rules.tensor(x.shape, "int32")


@primitive(SAME, shape=_argsort_rule, samples=_cases, differentiable=False, exact=True)
def argsort(x: Tensor, axis: int | None = -1) -> Tensor:
    """int32 indices that sort along `axis`, ascending; equal elements keep their order, NaN comes last.

    With ``axis=None``, those of the flattened tensor.
    """


@composite(SAME, samples=_cases)
def sort(x: Tensor, axis: int | None = -1) -> Tensor:
    """The elements in ascending order along `axis`, or of the flattened tensor, NaN last."""
    from polykeras.ops.indexing import take_along_axis

    return take_along_axis(x, argsort(x, axis), axis)


def _top_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 5), 2), s(s.real(4), 4), s([[1.0, 3.0, 3.0, 2.0]], 2, grad=False)]


@composite(SAME, samples=_top_cases)
def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """``values, indices`` of the k largest elements of the last axis, descending.

    Of equal elements the first comes first. NaN are the largest, as in `sort`. `sorted` may be False, which allows any
    order; the result is sorted all the same.
    """
    from polykeras.ops.elementwise import subtract
    from polykeras.ops.indexing import get_item, take_along_axis
    from polykeras.ops.movement import flip

    size = tuple(x.shape)[-1] if len(x.shape) else 0
    if not 0 <= k <= size:
        raise ArgumentError(f"top_k: k must be from 0 to the size of the last axis, {size}, got {k}.")
    # Both ways backwards, so that of equal elements the first comes first; k from the end is all that is needed.
    backwards = get_item(argsort(flip(x, -1), -1), (Ellipsis, slice(size - k, size)))
    order = subtract(size - 1, flip(backwards, -1))
    return take_along_axis(x, order, -1), order


def _partition_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 5), 2), s(s.real(4, 2), -1, axis=0), s(s.real(2, 3), (1, 4), axis=None)]


@composite(SAME, samples=_partition_cases, differentiable=False, exact=True)
def argpartition(x: Tensor, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """int32 indices that bring the k-th smallest element to place k, smaller ones before it and larger ones behind.

    Here everything is sorted; a program should not rely on that. NaN are the largest.

    Raises:
        ArgumentError: there is no such axis, or no k-th element along it.
    """
    size = rules.size_of(tuple(x.shape)) if axis is None else tuple(x.shape)[rules.axis_of(axis, len(x.shape))]
    for k in kth if isinstance(kth, (list, tuple)) else (kth,):
        if not -size <= k < size:
            raise ArgumentError(f"argpartition: kth {k} is out of range for {size} elements.")
    return argsort(x, axis)


@composite(SAME, samples=lambda s: [s([1, 0, 2], s.real(3, 4), 2)], differentiable=False, exact=True)
def in_top_k(targets: Index, predictions: Tensor, k: int) -> Tensor:
    """Whether each row's target is among its k largest predictions: fewer than k are larger.

    A target out of range, or a NaN prediction at it, is not among them.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.comparison import greater, isfinite, less
    from polykeras.ops.indexing import take_along_axis, where
    from polykeras.ops.logic import logical_and
    from polykeras.ops.movement import expand_dims
    from polykeras.ops.reductions import sum_

    # A negative index would count from the end.
    targets = where(less(targets, 0), tuple(predictions.shape)[-1], cast(targets, "int32"))
    at_target = take_along_axis(predictions, expand_dims(targets, -1), -1)
    larger = sum_(cast(greater(predictions, at_target), "int32"), -1)
    return logical_and(less(larger, k), isfinite(at_target[..., 0]))

"""Order."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops import rules
from polykeras.ops.policies import SAME
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Index, Tensor


def _cases(s: Any) -> list[Any]:
    return [s(s.real(2, 5)), s(s.real(4, 2), axis=0), s([[2.0, 1.0, 2.0, 1.0]], grad=False), s(s.ints(6)), s(s.real(0))]


def _argsort_rule(x: Any, axis: int = -1) -> Any:
    rules.axis_of(axis, len(x.shape))
    return rules.tensor(x.shape, "int32")


@primitive(SAME, shape=_argsort_rule, samples=_cases, differentiable=False, exact=True)
def argsort(x: Tensor, axis: int = -1) -> Tensor:
    """int32 indices that sort along `axis`, ascending; equal elements keep their order, NaN comes last."""


@composite(SAME, samples=_cases)
def sort(x: Tensor, axis: int = -1) -> Tensor:
    """The elements in ascending order along `axis`, NaN last."""
    from polykeras.ops.indexing import take_along_axis

    return take_along_axis(x, argsort(x, axis), axis)


def _top_cases(s: Any) -> list[Any]:
    return [s(s.real(2, 5), 2), s(s.real(4), 4), s([[1.0, 3.0, 3.0, 2.0]], 2, grad=False)]


@composite(SAME, samples=_top_cases)
def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """``values, indices`` of the k largest elements of the last axis, descending; of equal ones the first comes first."""
    from polykeras.ops.conversion import dtype
    from polykeras.ops.elementwise import negative
    from polykeras.ops.indexing import get_item, take_along_axis
    from polykeras.ops.logic import bitwise_invert

    size = tuple(x.shape)[-1] if len(x.shape) else 0
    if not 0 <= k <= size:
        raise ArgumentError(f"top_k: k must be from 0 to the size of the last axis, {size}, got {k}.")
    # Unsigned integers and the lowest signed one have no negative; flipping the bits turns their order round as well.
    turned = negative(x) if "float" in dtype(x) else bitwise_invert(x)
    order = get_item(argsort(turned, -1), (Ellipsis, slice(0, k)))
    return take_along_axis(x, order, -1), order


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

"""Merging element by element: `Add`, `Subtract`, `Multiply`, `Average`, `Maximum`, `Minimum`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from polykeras import masking, ops
from polykeras.layers.merging.base_merge import Merge, MergePair
from polykeras.typing import Mask, Tensor


class Add(Merge):
    """The sum of the inputs."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The sum."""
        return reduce(ops.add, inputs)


class Subtract(MergePair):
    """The first of two inputs less the second."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The difference."""
        return ops.subtract(*inputs)


class Multiply(Merge):
    """The product of the inputs."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The product."""
        return reduce(ops.multiply, inputs)


class Average(Merge):
    """The mean of the inputs."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The mean."""
        return ops.divide(reduce(ops.add, inputs), len(inputs))


class Maximum(Merge):
    """The largest of the inputs; where the mask of an input is False, that of the others."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The maximum."""
        return _of_included(ops.maximum, inputs)


class Minimum(Merge):
    """The smallest of the inputs; where the mask of an input is False, that of the others."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The minimum."""
        return _of_included(ops.minimum, inputs)


def _of_included(merge: Callable[[Tensor, Tensor], Tensor], inputs: list[Tensor]) -> Tensor:
    """All inputs merged, each replaced by what came before it where its mask is False, and the other way round."""
    if not masking.any_masks():
        return reduce(merge, inputs)
    merged, included = inputs[0], _included(inputs[0])
    for x in inputs[1:]:
        mask = _included(x)
        if mask is not None:
            x = ops.where(mask, x, merged)
        if included is not None:
            merged = ops.where(included, merged, x)
        included = None if mask is None or included is None else ops.logical_or(included, mask)
        merged = merge(merged, x)
    return merged


def _included(x: Tensor) -> Mask | None:
    mask = masking.get_mask(x)
    return None if mask is None else ops.expand_dims(mask, -1)


def add(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Add` of the list; the keyword arguments are the layer's."""
    return Add(**kwargs)(inputs)


def subtract(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Subtract` of the list; the keyword arguments are the layer's."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Multiply` of the list; the keyword arguments are the layer's."""
    return Multiply(**kwargs)(inputs)


def average(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Average` of the list; the keyword arguments are the layer's."""
    return Average(**kwargs)(inputs)


def maximum(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Maximum` of the list; the keyword arguments are the layer's."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Minimum` of the list; the keyword arguments are the layer's."""
    return Minimum(**kwargs)(inputs)

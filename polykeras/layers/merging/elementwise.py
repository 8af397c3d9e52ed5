"""Merging element by element: `Add`, `Subtract`, `Multiply`, `Average`, `Maximum`, `Minimum`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.merging.base_merge import Merge
from polykeras.typing import Tensor


class Add(Merge):
    """The sum of the inputs."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The sum."""
        return reduce(ops.add, inputs)


class Subtract(Merge):
    """The first of two inputs less the second."""

    def checked(self, inputs: Any) -> Sequence[Tensor]:
        """`inputs` if it is a list of two tensors. Raises `ArgumentError`, naming the layer."""
        if len(super().checked(inputs)) != 2:
            raise ArgumentError(f"Layer {self.name!r} expects two inputs, got {len(inputs)}.")
        found: Sequence[Tensor] = inputs
        return found

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
    """The largest of the inputs."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The maximum."""
        return reduce(ops.maximum, inputs)


class Minimum(Merge):
    """The smallest of the inputs."""

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The minimum."""
        return reduce(ops.minimum, inputs)


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

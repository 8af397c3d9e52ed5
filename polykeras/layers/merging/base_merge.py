"""What merging layers share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.layers.layer import Layer
from polykeras.ops.rules import broadcast
from polykeras.typing import Mask, Tensor


class Merge(Layer):
    """Called on a list of tensors whose shapes broadcast; where ranks differ, axes of size 1 come after the batch."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        """The merged tensor."""
        shapes = [tuple(x.shape) for x in self.checked(inputs)]
        rank = max(map(len, shapes))
        aligned = [(*s[:1], *(1,) * (rank - len(s)), *s[1:]) for s in shapes]
        try:
            broadcast(*aligned)
        except ShapeError:
            raise ShapeError(
                f"Layer {self.name!r}: the shapes {' and '.join(str(without_probes(s)) for s in shapes)} do not "
                "broadcast to one shape."
            ) from None
        return self.merge([x if s == a else ops.reshape(x, a) for x, s, a in zip(inputs, shapes, aligned, strict=True)])

    def merge(self, inputs: list[Tensor]) -> Tensor:
        """The merged tensor of inputs of one rank."""
        raise NotImplementedError

    def checked(self, inputs: Any) -> Sequence[Tensor]:
        """`inputs` if it is a list of tensors. Raises `ArgumentError`, naming the layer."""
        if not isinstance(inputs, (list, tuple)) or not inputs:
            got = f"one of shape {tuple(inputs.shape)}" if hasattr(inputs, "shape") else repr(inputs)
            raise ArgumentError(f"Layer {self.name!r} expects a list of tensors, got {got}.")
        return inputs

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Mask | None:
        """Where any of the masks is true; none, if an input has none."""
        if previous_mask is None or any(m is None for m in previous_mask):
            return None
        return reduce(ops.logical_or, previous_mask)


class MergePair(Merge):
    """A merging layer of exactly two tensors."""

    def checked(self, inputs: Any) -> Sequence[Tensor]:
        """`inputs` if it is a list of two tensors. Raises `ArgumentError`, naming the layer."""
        found = super().checked(inputs)
        if len(found) != 2:
            raise ArgumentError(f"Layer {self.name!r} expects two inputs, got {len(found)}.")
        return found

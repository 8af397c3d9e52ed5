"""`Concatenate`: tensors side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from polykeras import ops
from polykeras.errors import ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.layers.configuration import arguments_of
from polykeras.layers.merging.base_merge import Merge
from polykeras.typing import Mask, Tensor


class Concatenate(Merge):
    """The inputs one after the other along `axis`; in all other axes their sizes must agree."""

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        """The inputs side by side."""
        shapes = [tuple(x.shape) for x in self.checked(inputs)]
        rank = len(shapes[0])
        fits = -rank <= self.axis < rank and all(len(s) == rank for s in shapes)
        if not fits or len({tuple(d for i, d in enumerate(s) if i != self.axis % rank) for s in shapes}) > 1:
            raise ShapeError(
                f"Layer {self.name!r} expects inputs whose shapes agree but for axis {self.axis}, got "
                f"{' and '.join(str(without_probes(s)) for s in shapes)}."
            )
        return ops.concatenate(list(inputs), axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Mask | None:
        """The masks side by side; of inputs joined along an axis that masks lack, where any of them is true.

        An input without a mask counts as one that is true everywhere.
        """
        if previous_mask is None or all(m is None for m in previous_mask):
            return None
        rank = next(len(m.shape) for m in previous_mask if m is not None)
        masks = [
            ops.ones(tuple(x.shape)[:rank], "bool") if m is None else m
            for x, m in zip(inputs, previous_mask, strict=True)
        ]
        axis = self.axis % len(inputs[0].shape)
        return ops.concatenate(masks, axis=axis) if axis < rank else reduce(ops.logical_or, masks)

    def get_config(self) -> dict[str, Any]:
        """The axis."""
        return super().get_config() | arguments_of(self, Concatenate)


def concatenate(inputs: Sequence[Tensor], axis: int = -1, **kwargs: Any) -> Tensor:
    """`Concatenate` of the list; the keyword arguments are the layer's."""
    return Concatenate(axis=axis, **kwargs)(inputs)

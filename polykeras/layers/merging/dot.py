"""`Dot`: products of two tensors, summed along an axis of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.layers.configuration import arguments_of
from polykeras.layers.merging.base_merge import MergePair
from polykeras.ops.rules import axis_of
from polykeras.typing import Mask, Tensor


class Dot(MergePair):
    """For each sample, the products of two tensors summed along one axis of either.

    The axes that are left come in the order of the inputs: those of ``(batch, 3, 5)`` and ``(batch, 10, 3)``, summed
    along the axes ``(1, 2)``, are ``(batch, 5, 10)``. Two tensors without other axes give ``(batch, 1)``.

    Args:
        axes: the axis of both, or a pair; not 0, that of the batch.
        normalize: whether the inputs are divided by their Euclidean norm along the axes first, which makes the products
            cosines.

    >>> Dot(axes=1)([ops.ones((2, 3)), ops.ones((2, 3))]).shape
    (2, 1)
    """

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        pair = list(axes) if isinstance(axes, (list, tuple)) else [axes, axes]
        if len(pair) != 2 or any(isinstance(a, bool) or not hasattr(a, "__index__") for a in pair):
            raise ArgumentError(f"Dot: axes must be an int or two ints, got {axes!r}.")
        self.axes = axes
        self.normalize = normalize

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        """The sums of products."""
        x, y = self.checked(inputs)
        shapes = tuple(x.shape), tuple(y.shape)
        shown = " and ".join(str(without_probes(s)) for s in shapes)
        if min(map(len, shapes)) < 2 or shapes[0][0] != shapes[1][0]:
            raise ShapeError(f"Layer {self.name!r} expects two inputs (batch, ...) of one batch size, got {shown}.")
        pair = self.axes if isinstance(self.axes, (list, tuple)) else (self.axes, self.axes)
        a, b = (axis_of(axis, len(shape)) for axis, shape in zip(pair, shapes, strict=True))
        if not a or not b:
            raise ArgumentError(f"Layer {self.name!r}: axes {self.axes} name the axis of the batch of inputs {shown}.")
        if shapes[0][a] != shapes[1][b]:
            raise ShapeError(
                f"Layer {self.name!r}: the sizes along the axes {self.axes} of the inputs {shown} differ: "
                f"{shapes[0][a]} and {shapes[1][b]}."
            )
        if self.normalize:
            x, y = (ops.normalize(t, axis) for t, axis in ((x, a), (y, b)))
        left = [i for i in range(1, len(shapes[0])) if i != a]
        right = [i for i in range(1, len(shapes[1])) if i != b]
        rest = [[s[i] for i in kept] for s, kept in zip(shapes, (left, right), strict=True)]
        rows = ops.reshape(ops.transpose(x, (0, *left, a)), (shapes[0][0], math.prod(rest[0]), shapes[0][a]))
        columns = ops.reshape(ops.transpose(y, (0, b, *right)), (shapes[0][0], shapes[0][a], math.prod(rest[1])))
        return ops.reshape(ops.matmul(rows, columns), (shapes[0][0], *(rest[0] + rest[1] or [1])))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Mask | None:
        """None: what is summed over has no steps left."""
        return None

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Dot)


def dot(inputs: Sequence[Tensor], axes: Any = -1, **kwargs: Any) -> Tensor:
    """`Dot` of the list; the keyword arguments are the layer's."""
    return Dot(axes=axes, **kwargs)(inputs)

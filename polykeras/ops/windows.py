"""Sliding windows and their transpose: what convolution and pooling are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import primitive
from polykeras.typing import Shape, Tensor


def window_count(size: int, window: int, stride: int, dilation: int) -> int:
    """How many windows fit into `size` elements."""
    return (size - (window - 1) * dilation - 1) // stride + 1


def _windows_shape(shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> tuple[int, ...]:
    if not len(axes) == len(sizes) == len(strides) == len(dilations):
        raise ArgumentError("axes, sizes, strides and dilations must be equally many")
    if any(n < 1 for n in (*sizes, *strides, *dilations)):
        raise ArgumentError(f"sizes {sizes}, strides {strides} and dilations {dilations} must be positive")
    result = list(shape)
    for a, n, stride, dilation in zip(axes, sizes, strides, dilations, strict=True):
        result[a] = window_count(shape[a], n, stride, dilation)
        if result[a] < 1:
            reach = (n - 1) * dilation + 1
            raise ShapeError(f"a window of {reach} does not fit into axis {a} of shape {tuple(shape)}")
    return (*result, *sizes)


@primitive(
    KEEP,
    shape=lambda x, axes, sizes, strides, dilations: rules.tensor(
        _windows_shape(x.shape, axes, sizes, strides, dilations), x.dtype
    ),
    samples=lambda s: [
        s(s.real(2, 7), (1,), (3,), (2,), (1,)),
        s(s.real(5, 6, 2), (0, 1), (2, 3), (1, 2), (2, 1)),
        s(s.ints(4), (0,), (4,), (1,), (1,)),
    ],
)
def sliding_windows(
    x: Tensor, axes: Sequence[int], sizes: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> Tensor:
    """All windows of `sizes` elements along `axes`, `strides` apart, their elements `dilations` apart.

    Each of `axes` becomes the number of windows along it; the windows' own axes come last, in the order of `axes`.
    The result may be a view.
    """


def _overlap_rule(x: Any, shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> Any:
    if tuple(x.shape) != _windows_shape(shape, axes, sizes, strides, dilations):
        raise ShapeError(f"shape {tuple(x.shape)} is not that of the windows {sizes} of shape {tuple(shape)}")
    return rules.tensor(shape, x.dtype)


@primitive(
    KEEP,
    shape=_overlap_rule,
    samples=lambda s: [
        s(s.real(2, 3, 3), (2, 7), (1,), (3,), (2,), (1,)),
        s(s.real(3, 2, 2, 2, 3), (5, 6, 2), (0, 1), (2, 3), (1, 2), (2, 1)),
    ],
)
def overlap_add(
    x: Tensor, shape: Shape, axes: Sequence[int], sizes: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> Tensor:
    """Windows added back into a tensor of `shape` where `sliding_windows` would have read them: its transpose."""

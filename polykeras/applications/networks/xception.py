"""Xception: separable convolutions, with shortcuts. Chollet 2016, arXiv:1610.02357."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.applications.networks.steps import Steps


def body(steps: Steps, x: Any) -> Any:
    """The entry, middle and exit flows, in 14 blocks."""
    for i, (filters, strides) in enumerate(((32, 2), (64, 1)), 1):
        x = steps.convolution(x, filters, 3, strides, bias=False, name=f"block1_conv{i}")
        x = steps.activation(steps.normalization(x, f"block1_conv{i}_bn"), "relu", f"block1_conv{i}_act")
    x = _shrinking(steps, x, 2, (128, 128), activate_first=False)
    x = _shrinking(steps, x, 3, (256, 256))
    x = _shrinking(steps, x, 4, (728, 728))
    for number in range(5, 13):
        x = steps.sum([_separable(steps, x, number, (728, 728, 728)), x])
    x = _shrinking(steps, x, 13, (728, 1024))
    for i, filters in enumerate((1536, 2048), 1):
        x = steps.separable_convolution(x, filters, 3, f"block14_sepconv{i}")
        x = steps.normalization(x, f"block14_sepconv{i}_bn")
        x = steps.activation(x, "relu", f"block14_sepconv{i}_act")
    return x


def _separable(steps: Steps, x: Any, number: int, filters: Sequence[int], activate_first: bool = True) -> Any:
    """Separable convolutions, each after an activation, but for the first unless `activate_first`."""
    for i, n in enumerate(filters, 1):
        name = f"block{number}_sepconv{i}"
        if i > 1 or activate_first:
            x = steps.activation(x, "relu", f"{name}_act")
        x = steps.normalization(steps.separable_convolution(x, n, 3, name), f"{name}_bn")
    return x


def _shrinking(steps: Steps, x: Any, number: int, filters: Sequence[int], activate_first: bool = True) -> Any:
    """A block that halves the size, with a convolution as its shortcut."""
    shortcut = steps.normalization(steps.convolution(x, filters[-1], 1, 2, "same", bias=False))
    x = _separable(steps, x, number, filters, activate_first)
    return steps.sum([steps.pooling(x, "max", 3, 2, "same", f"block{number}_pool"), shortcut])

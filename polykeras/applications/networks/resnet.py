"""ResNet: blocks whose input is added to their output. He et al. 2015, arXiv:1512.03385."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from polykeras.applications.networks.steps import Pair, Steps

RESNET50_DEPTHS = (3, 4, 6, 3)

Naming = Callable[[str], str | None]
"""From a layer's place in its block (``"0_conv"``, the shortcut's, to ``"3_conv"``; ``"add"``) to its name."""


@dataclass(frozen=True)
class Style:
    """In what the network of today and that of Keras 1 differ: names, and in which order a block is put together.

    Attributes:
        naming: gives the names of the layers of a block, from its stage (2 to 5) and place there (from 1).
        shortcut_first: whether the shortcut is the first of the two that are added.
        epsilon: of the normalizations.
    """

    naming: Callable[[int, int], Naming]
    shortcut_first: bool
    epsilon: float


def block(
    steps: Steps, x: Any, filters: Sequence[int], size: Pair, strides: Pair, style: Style, names: Naming, project: bool
) -> Any:
    """Convolutions of 1, `size` and 1, and what came in added to their result, through a convolution if `project`."""

    def unit(x: Any, part: str, filters: int, size: Pair, strides: Pair = 1, padding: str = "valid") -> Any:
        x = steps.convolution(x, filters, size, strides, padding, name=names(f"{part}_conv"))
        return steps.normalization(x, names(f"{part}_bn"), style.epsilon)

    def branch() -> Any:
        y = steps.activation(unit(x, "1", filters[0], 1, strides), "relu", names("1_relu"))
        y = steps.activation(unit(y, "2", filters[1], size, padding="same"), "relu", names("2_relu"))
        return unit(y, "3", filters[2], 1)

    def shortcut() -> Any:
        return unit(x, "0", filters[2], 1, strides) if project else x

    order = (shortcut, branch) if style.shortcut_first else (branch, shortcut)
    return steps.activation(steps.sum([make() for make in order], names("add")), "relu", names("out"))


def blocks(steps: Steps, x: Any, depths: Sequence[int], style: Style) -> Any:
    """Four stages, each with so many blocks, of twice the filters and, from the second on, half the size."""
    for i, depth in enumerate(depths):
        filters = 64 * 2**i
        for j in range(depth):
            first = j == 0
            strides = 2 if first and i > 0 else 1
            names = style.naming(i + 2, j + 1)
            x = block(steps, x, (filters, filters, 4 * filters), 3, strides, style, names, project=first)
    return x


def _today(stage: int, place: int) -> Naming:
    return lambda part: f"conv{stage}_block{place}_{part}"


TODAY = Style(_today, shortcut_first=True, epsilon=1.001e-5)


def body(steps: Steps, x: Any, depths: Sequence[int] = RESNET50_DEPTHS) -> Any:
    """The network of today: what comes in is padded before the first convolution and before the first pooling."""
    x = steps.convolution(steps.zero_padding(x, 3, "conv1_pad"), 64, 7, 2, name="conv1_conv")
    x = steps.activation(steps.normalization(x, "conv1_bn", TODAY.epsilon), "relu", "conv1_relu")
    x = steps.pooling(steps.zero_padding(x, 1, "pool1_pad"), "max", 3, 2, name="pool1_pool")
    return blocks(steps, x, depths, TODAY)

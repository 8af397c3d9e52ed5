"""Inception v3: blocks of branches of several sizes. Szegedy et al. 2015, arXiv:1512.00567."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from polykeras.applications.networks.steps import Pair, Steps

Unit = Callable[..., Any]
"""``unit(x, filters, rows, columns, padding, strides)``: a convolution with its normalization and activation."""


@dataclass(frozen=True)
class Style:
    """In what the network of today and that of Keras 1 differ.

    Attributes:
        unit: makes a convolution with what belongs to it.
        pool_filters: of the branches with a pooling, in the first three blocks.
        wide: filters at the beginning of the long branch of block 7.
        last_pooling: how block 8 pools.
    """

    unit: Unit
    pool_filters: tuple[int, int, int]
    wide: int
    last_pooling: Literal["max", "average"]


class _Network:
    def __init__(self, steps: Steps, style: Style) -> None:
        self.steps = steps
        self.style = style

    def chain(self, x: Any, *units: tuple[int, int, int], strides: Pair = 1) -> Any:
        """Units of ``(filters, rows, columns)``; with `strides` the last one is not padded."""
        for unit in units[:-1]:
            x = self.style.unit(x, *unit)
        if strides == 1:
            return self.style.unit(x, *units[-1])
        return self.style.unit(x, *units[-1], "valid", strides)

    def pooled(self, x: Any, filters: int) -> Any:
        """The mean around each place, then a unit."""
        return self.chain(self.steps.pooling(x, "average", 3, 1, "same"), (filters, 1, 1))

    def stem(self, x: Any) -> Any:
        unit, steps = self.style.unit, self.steps
        x = unit(x, 32, 3, 3, "valid", 2)
        x = unit(unit(x, 32, 3, 3, "valid"), 64, 3, 3)
        x = unit(steps.pooling(x, "max", 3, 2), 80, 1, 1, "valid")
        return steps.pooling(unit(x, 192, 3, 3, "valid"), "max", 3, 2)

    def wide_block(self, x: Any, filters: int, name: str) -> Any:
        """Branches of 1, of 5 by 5, and of 3 by 3 twice."""
        return self.steps.concatenation(
            [
                self.chain(x, (64, 1, 1)),
                self.chain(x, (48, 1, 1), (64, 5, 5)),
                self.chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3)),
                self.pooled(x, filters),
            ],
            name,
        )

    def crossed_block(self, x: Any, filters: int, wide: int, name: str) -> Any:
        """Branches of 1 by 7 and 7 by 1, one and two times."""
        n = filters
        return self.steps.concatenation(
            [
                self.chain(x, (192, 1, 1)),
                self.chain(x, (n, 1, 1), (n, 1, 7), (192, 7, 1)),
                self.chain(x, (wide, 1, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7)),
                self.pooled(x, 192),
            ],
            name,
        )

    def forked_block(self, x: Any, i: int) -> Any:
        """Branches of 3 by 3 that end in one of 1 by 3 and one of 3 by 1."""

        def forked(x: Any, name: str | None) -> Any:
            return self.steps.concatenation([self.chain(x, (384, 1, 3)), self.chain(x, (384, 3, 1))], name)

        branches = [self.chain(x, (320, 1, 1))]
        branches.append(forked(self.chain(x, (384, 1, 1)), f"mixed9_{i}"))
        branches.append(forked(self.chain(x, (448, 1, 1), (384, 3, 3)), None))
        return self.steps.concatenation([*branches, self.pooled(x, 192)], f"mixed{9 + i}")

    def whole(self, x: Any) -> Any:
        steps = self.steps
        x = self.stem(x)
        for i, filters in enumerate(self.style.pool_filters):
            x = self.wide_block(x, filters, f"mixed{i}")
        x = steps.concatenation(
            [
                self.chain(x, (384, 3, 3), strides=2),
                self.chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3), strides=2),
                steps.pooling(x, "max", 3, 2),
            ],
            "mixed3",
        )
        for i, filters in enumerate((128, 160, 160), 4):
            x = self.crossed_block(x, filters, filters, f"mixed{i}")
        x = self.crossed_block(x, 192, self.style.wide, "mixed7")
        x = steps.concatenation(
            [
                self.chain(x, (192, 1, 1), (320, 3, 3), strides=2),
                self.chain(x, (192, 1, 1), (192, 1, 7), (192, 7, 1), (192, 3, 3), strides=2),
                steps.pooling(x, self.style.last_pooling, 3, 2),
            ],
            "mixed8",
        )
        for i in range(2):
            x = self.forked_block(x, i)
        return x


def network(steps: Steps, x: Any, style: Style) -> Any:
    """The stem and eleven blocks."""
    return _Network(steps, style).whole(x)


def body(steps: Steps, x: Any) -> Any:
    """The network of today: normalized before the activation, without biases and scales."""

    def unit(x: Any, filters: int, rows: int, columns: int, padding: str = "same", strides: Pair = 1) -> Any:
        x = steps.convolution(x, filters, (rows, columns), strides, padding, bias=False)
        return steps.activation(steps.normalization(x, scale=False), "relu")

    return network(steps, x, Style(unit, (32, 64, 64), wide=192, last_pooling="max"))

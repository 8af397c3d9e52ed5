"""A row of the table of kinks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

INF = math.inf


@dataclass(frozen=True)
class Kink:
    """An op, where to differentiate it, and the gradient of the sum of its floating results by each `points`."""

    name: str
    op: str
    points: tuple[Any, ...]  # the leading arguments, floating tensors
    gradients: tuple[Any, ...]
    rest: tuple[Any, ...] = ()
    between: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Op and name of the place."""
        return f"{self.op}-{self.name}"


def kink(
    name: str,
    op: str,
    *points_and_gradients: Any,
    rest: Sequence[Any] = (),
    between: Sequence[Any] = (),
    **options: Any,
) -> Kink:
    """Points, then as many gradients. `between` come after the first point, `rest` after the last; arrays are int32."""
    half = len(points_and_gradients) // 2
    points, gradients = points_and_gradients[:half], points_and_gradients[half:]
    return Kink(name, op, points, gradients, tuple(rest), tuple(between), options)

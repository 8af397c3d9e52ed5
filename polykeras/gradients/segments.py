"""Rules of reductions over slices that share an id."""

from __future__ import annotations

from typing import Any

from polykeras.gradients.table import rule
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import divide
from polykeras.ops.indexing import gather, scatter_add, where


def _scatter_max(out: Any, updates: Any, indices: Any, size: int) -> Any:
    def pull(g: Any) -> Any:
        # Of a slice that was dropped, gather reads NaN, which equals nothing: it wins nothing.
        winners = equal(updates, gather(out, indices, 0))
        shares = scatter_add(cast(winners, dtype(g)), indices, 0, size)
        return where(winners, gather(divide(g, shares), indices, 0), 0)

    return pull


rule("scatter_max", updates=_scatter_max)

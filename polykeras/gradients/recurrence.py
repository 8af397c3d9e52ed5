"""Rules of the loops over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.gradients.table import rule
from polykeras.ops.recurrent_cells import recurrent_loop_gradient


def _recurrence(out: Any, operands: Sequence[Any], *options: Any) -> Any:
    kept = list(operands[1:])

    def pull(gs: Any) -> tuple[Any, ...]:
        gs = gs if isinstance(gs, tuple) else (gs,)
        received = [i for i, g in enumerate(gs) if g is not None]
        gradients: tuple[Any, ...] = recurrent_loop_gradient(
            kept, out, [gs[i] for i in received], tuple(received), *options
        )
        return gradients

    return pull


rule("recurrent_loop", operands=_recurrence)

"""Gradients added up over several steps before they are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from polykeras import ops
from polykeras.optimizers.branches import update_if
from polykeras.typing import Tensor
from polykeras.variable import Variable

if TYPE_CHECKING:
    from polykeras.optimizers.optimizer import Optimizer


def accumulate(
    optimizer: Optimizer,
    gradients: Sequence[Tensor],
    variables: Sequence[Variable],
    accumulators: Sequence[Variable],
    steps: int,
) -> None:
    """Add to the sums of gradients; at every `steps`-th call, update by their mean and start again from zero."""
    sums = [accumulators[optimizer._get_variable_index(v)] for v in variables]
    totals = [ops.add(s.value, g) for s, g in zip(sums, gradients, strict=True)]
    fixed = {id(v) for v in (*accumulators, optimizer._iterations)}
    changing = [*variables, *(v for v in optimizer.variables if id(v) not in fixed)]

    def update() -> None:
        optimizer._update([ops.divide(t, float(steps)) for t in totals], variables)
        for s, total in zip(sums, totals):
            s.assign(ops.zeros_like(total))

    def wait() -> None:
        for s, total in zip(sums, totals):
            s.assign(total)

    complete = ops.equal(ops.mod(ops.add(optimizer._iterations.value, 1), steps), 0)
    update_if(complete, update, wait, [*changing, *sums])

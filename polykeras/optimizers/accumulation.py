"""Gradients added up over several steps before they are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from polykeras import ops
from polykeras.typing import Tensor
from polykeras.variable import StatelessScope, Variable

if TYPE_CHECKING:
    from polykeras.optimizers.optimizer import Optimizer


def accumulate(
    optimizer: Optimizer,
    gradients: Sequence[Tensor],
    variables: Sequence[Variable],
    accumulators: Sequence[Variable],
    steps: int,
) -> None:
    """Add to the sums of gradients; at every `steps`-th call, update by their mean and start again from zero.

    The two ways are branches of `ops.cond`, so they are pure: what they would assign is their result.
    """
    sums = [accumulators[optimizer._get_variable_index(v)] for v in variables]
    totals = [ops.add(s.value, g) for s, g in zip(sums, gradients, strict=True)]
    fixed = {id(v) for v in (*accumulators, optimizer._iterations)}
    changing = [*variables, *(v for v in optimizer.variables if id(v) not in fixed)]

    def update() -> list[Tensor]:
        with StatelessScope() as scope:
            optimizer._update([ops.divide(t, float(steps)) for t in totals], variables)
            changed = [scope.value_of(v) for v in changing]
        return [*changed, *map(ops.zeros_like, totals)]

    def wait() -> list[Tensor]:
        return [*(v.value for v in changing), *totals]

    complete = ops.equal(ops.mod(ops.add(optimizer._iterations.value, 1), steps), 0)
    for v, value in zip([*changing, *sums], ops.cond(complete, update, wait), strict=True):
        v.assign(value)

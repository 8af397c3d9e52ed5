"""Updates of variables that happen on a condition, which may have no value yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polykeras import ops
from polykeras.typing import Tensor
from polykeras.variable import StatelessScope, Variable


def update_if(
    condition: Tensor, then: Callable[[], None], otherwise: Callable[[], None], variables: Sequence[Variable]
) -> None:
    """Do what one of two functions does to `variables`; they may assign these and no others.

    They are branches of `ops.cond`, so they run as pure functions: what they would assign is their result.
    """

    def as_pure(update: Callable[[], None]) -> Callable[[], list[Tensor]]:
        def branch() -> list[Tensor]:
            with StatelessScope() as scope:
                update()
                return [scope.value_of(v) for v in variables]

        return branch

    for v, value in zip(variables, ops.cond(condition, as_pure(then), as_pure(otherwise)), strict=True):
        v.assign(value)

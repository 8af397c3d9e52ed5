"""Exponential moving averages of variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.variable import Variable

if TYPE_CHECKING:
    from polykeras.optimizers.optimizer import Optimizer


def check(label: str, use_ema: bool, momentum: float, overwrite_frequency: int | None) -> None:
    """Raise `ArgumentError` for values without a meaning."""
    if not use_ema:
        return
    if not 0 <= momentum <= 1:
        raise ArgumentError(f"{label}: ema_momentum must be from 0 to 1, got {momentum!r}.")
    if overwrite_frequency is not None and (not isinstance(overwrite_frequency, int) or overwrite_frequency < 1):
        raise ArgumentError(
            f"{label}: ema_overwrite_frequency must be a positive int, or None, got {overwrite_frequency!r}."
        )


def update(optimizer: Optimizer, variables: Sequence[Variable], averages: Sequence[Variable]) -> None:
    """Move the averages towards the variables; the first time, to them. Overwrite the variables when it is time."""
    count = optimizer.iterations
    momentum = ops.multiply(ops.cast(ops.not_equal(count, 0), "float32"), optimizer.ema_momentum)
    rest = ops.subtract(1.0, momentum)
    shares = {d: (ops.cast(momentum, d), ops.cast(rest, d)) for d in {v.dtype for v in variables}}
    period = optimizer.ema_overwrite_frequency
    overwrite = None if period is None else ops.equal(ops.mod(ops.add(count, 1), period), 0)
    for v, average in zip(variables, averages, strict=True):
        kept, added = shares[v.dtype]
        moved = ops.add(ops.multiply(average.value, kept), ops.multiply(v.value, added))
        average.assign(moved)
        if overwrite is not None:
            v.assign(ops.where(overwrite, moved, v.value))

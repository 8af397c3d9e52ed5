"""The table itself, and what several rules share.

A rule is a function of the op's result and arguments that returns a closure from the result's gradient to the
argument's: ``rule("exp", x=lambda out, x: lambda g: multiply(g, out))``. The outer function runs when the op does, the
inner one on the way back, so a closure keeps only the tensors that it names. Returning None in place of a closure says
that this call does not depend on the argument. Where arguments were broadcast, the tape sums the gradient back to the
argument's shape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Rule = Callable[..., "Callable[[Any], Any] | None"]

RULES: dict[str, dict[str, Rule]] = {}


def rule(op: str, **by_argument: Rule) -> None:
    """Enter the rules of `op`, by the names of its arguments."""
    if op in RULES:
        raise ValueError(f"The op {op!r} has gradient rules already.")
    RULES[op] = by_argument


def unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """`g` summed over the axes along which something of `shape` was broadcast."""
    from polykeras.ops.reductions import sum_

    extra = len(g.shape) - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, d in enumerate(shape) if d == 1 and g.shape[i + extra] != 1)
    if axes:
        g = sum_(g, axis=axes)
    return reshaped(g, shape)


def reshaped(g: Any, shape: tuple[int, ...]) -> Any:
    """`g` with that shape; itself if it has it."""
    from polykeras.ops.movement import reshape

    return g if tuple(g.shape) == shape else reshape(g, shape)

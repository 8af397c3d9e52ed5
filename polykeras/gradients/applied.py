"""The table's rules for a kernel of a framework that differentiates natively, in place of the framework's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras.gradients.table import RULES


def pulled_back(op: Any, out: Any, args: Sequence[Any], g: Any, wanted: Sequence[bool] | None = None) -> list[Any]:
    """For each tensor argument of an op that takes no lists, the gradient that its rule makes of `g`; None if not wanted.

    `out` is the result, `args` are all arguments, `g` is like the result: a tuple for several, where None means zero.
    """
    makers = RULES[op.name]
    chosen = [True] * len(op.tensors) if wanted is None else wanted
    return [makers[p.name](out, *args)(g) if w else None for p, w in zip(op.tensors, chosen, strict=True)]  # type: ignore[misc]

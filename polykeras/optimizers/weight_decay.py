"""Weights that fade a little at every step, all of them but for some."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from polykeras import ops
from polykeras.typing import Tensor
from polykeras.variable import Variable


class WeightDecay:
    """Decays variables, but for those that were excluded, one by one or by name."""

    def __init__(self) -> None:
        self._excluded: list[Variable] = []
        self._patterns: list[str] = []
        self._known: dict[int, bool] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_known": {}}  # it goes by identity, which copies do not have

    def exclude(self, variables: Sequence[Variable] | None, names: Sequence[str] | None) -> None:
        """Exclude these, and those in whose path one of the regular expressions `names` is found."""
        self._excluded += variables or ()
        self._patterns += names or ()
        self._known.clear()

    def applies_to(self, variable: Variable) -> bool:
        """Whether `variable` is decayed."""
        known = self._known.get(id(variable))
        if known is None:
            excluded = any(v is variable for v in self._excluded) or any(re.search(p, variable.path) for p in self._patterns)
            known = self._known[id(variable)] = not excluded
        return known

    def apply(self, variables: Sequence[Variable], rate: float, learning_rate: Callable[[str], Tensor]) -> None:
        """Take off the fraction ``rate * learning_rate``, the latter being given by dtype."""
        factors: dict[str, Tensor] = {}
        for v in variables:
            if self.applies_to(v):
                if v.dtype not in factors:
                    factors[v.dtype] = ops.multiply(learning_rate(v.dtype), rate)
                # Not v * (1 - factor): so close to 1, float32 would round a hundredth of the factor away.
                v.assign(ops.subtract(v.value, ops.multiply(v.value, factors[v.dtype])))

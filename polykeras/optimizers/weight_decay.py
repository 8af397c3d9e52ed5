"""Which variables are decayed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from polykeras.variable import Variable


class WeightDecay:
    """All variables but those that were excluded, one by one or by name."""

    def __init__(self) -> None:
        self._excluded: set[int] = set()
        self._patterns: list[str] = []
        self._known: dict[int, bool] = {}

    def exclude(self, variables: Sequence[Variable] | None, names: Sequence[str] | None) -> None:
        """Exclude these, and those in whose path one of the regular expressions `names` is found."""
        self._excluded.update(map(id, variables or ()))
        self._patterns += names or ()
        self._known.clear()

    def applies_to(self, variable: Variable) -> bool:
        """Whether `variable` is decayed."""
        known = self._known.get(id(variable))
        if known is None:
            excluded = id(variable) in self._excluded or any(re.search(p, variable.path) for p in self._patterns)
            known = self._known[id(variable)] = not excluded
        return known

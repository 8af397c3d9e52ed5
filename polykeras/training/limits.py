"""The limits on epochs and steps that `polykeras.config` sets for a whole process."""

from __future__ import annotations

import warnings
from typing import Any

from polykeras import config
from polykeras.training.sources import IterableData


def limited_epochs(epochs: int) -> int:
    """`epochs`, or the limit, with a warning, if that is less."""
    limit = config.max_epochs()
    if limit is None or epochs <= limit:
        return epochs
    _warn(f"{limit} epochs instead of {epochs}")
    return limit


def limited_steps(steps: int | None, data: Any) -> int | None:
    """The `steps` asked for (None: all that `data` have), or the limit, with a warning, if that is less."""
    limit = config.max_steps_per_epoch()
    planned = data.steps if steps is None else steps
    if limit is None or (planned is not None and planned <= limit):
        return steps
    _warn(f"{limit} steps in each round over data")
    if isinstance(data, IterableData):
        data.limit = data.steps = limit
    return limit


def _warn(what: str) -> None:
    warnings.warn(f"A limit set in polykeras.config allows only {what}.", UserWarning, stacklevel=4)

"""The public `where`, which has a second form."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops.indexing import where as choose
from polykeras.ops.sets import nonzero
from polykeras.typing import Mask, Tensor


def where(condition: Mask, x1: Tensor = None, x2: Tensor = None) -> Any:
    """Elements of x1 where `condition` is true, of x2 elsewhere; with `condition` alone, where it is true: `nonzero`.

    The three broadcast; x1 and x2 are promoted. Raises `ArgumentError` for only one of x1 and x2.
    """
    if x1 is None or x2 is None:
        if x1 is not x2:
            raise ArgumentError("where: x1 and x2 go together, got only one of them.")
        return nonzero(condition)
    return choose(condition, x1, x2)

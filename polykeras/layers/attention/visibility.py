"""Which positions of a sequence are seen from which of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.typing import Mask


def causal(queries: int, keys: int) -> Mask:
    """``(queries, keys)``: position i sees the positions 0 to i."""
    return ops.convert_to_tensor(np.tri(queries, keys, dtype=bool))


def window(queries: int, keys: int, width: int) -> Mask:
    """``(queries, keys)``: position i sees those less than `width` away."""
    return ops.convert_to_tensor(np.abs(np.arange(queries)[:, None] - np.arange(keys)) < width)


def both(a: Mask | None, b: Mask | None) -> Mask | None:
    """Where two masks, either of which there may not be, are both True."""
    if a is None or b is None:
        return b if a is None else a
    return ops.logical_and(a, b)


def checked_window(layer: type, width: Any) -> int | None:
    """`width` as a positive int, or None. Raises `ArgumentError`, naming the layer."""
    if width is not None and (isinstance(width, bool) or not hasattr(width, "__index__") or int(width) < 1):
        raise ArgumentError(f"{layer.__name__}: sliding_window must be a positive int or None, got {width!r}.")
    return None if width is None else int(width)

"""What strategies draw with: small shapes, and arrays from a seed that is drawn.

Arrays are made in a moment that way, and shapes and dtypes are what there is to vary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

Draw = Callable[[Any], Any]

MAX_RANK = 3
MAX_SIDE = 4


def shapes(
    min_rank: int = 0, max_rank: int = MAX_RANK, min_side: int = 0, max_side: int = MAX_SIDE
) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes with few elements."""
    return npst.array_shapes(min_dims=min_rank, max_dims=max_rank, min_side=min_side, max_side=max_side)


def numbers(draw: Draw, shape: Sequence[int], low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """Floats between `low` and `high`."""
    return np.asarray(random_of(draw).uniform(low, high, tuple(shape)))


def whole(draw: Draw, shape: Sequence[int], low: int, high: int) -> np.ndarray:
    """Integers from `low` to `high` - 1."""
    return np.asarray(random_of(draw).integers(low, high, tuple(shape)))


def random_of(draw: Draw) -> np.random.Generator:
    """A generator with a seed that is drawn."""
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

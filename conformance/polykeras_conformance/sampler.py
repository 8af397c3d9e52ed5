"""The sampler `s` that op declarations call for their sample arguments; see `polykeras.ops.samples` for what it offers.

Samples are ndarrays: float64 for reals, complex128, int64 for integers, bool for bools, int32 for random keys. The suite casts
reals and integers to each dtype under test. Everything is drawn from a seed made of the op's name, so that cases are
the same in every process.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Sample:
    """Arguments to call an op with, as its declaration gave them."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    grad: bool = True  # whether the op may be differentiated here
    dtypes: tuple[str, ...] | None = None  # None: whatever the op takes


class Sampler:
    """Draws arguments; called with some, makes a `Sample` of them."""

    def __init__(self, name: str) -> None:
        self._random = np.random.default_rng(zlib.crc32(name.encode()))

    def __call__(self, *args: Any, grad: bool = True, dtypes: tuple[str, ...] | None = None, **kwargs: Any) -> Sample:
        return Sample(args, kwargs, grad, dtypes)

    def real(self, *shape: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
        """Distinct numbers between `low` and `high`, in no order, away from whole numbers and tenths.

        Kinks are at such places, and finite differences must not straddle them. A range without room for that gets
        numbers spread evenly over it.
        """
        count = int(np.prod(shape))
        begin, width = _open_intervals(low, high)
        # One number from each of `count` equal strata of the allowed set, laid end to end.
        offset = (np.arange(count) + self._random.uniform(0.25, 0.75, count)) / max(count, 1) * width.sum()
        ends = np.cumsum(width)
        which = np.searchsorted(ends, offset)
        values = begin[which] + offset - (ends - width)[which]
        return self._random.permutation(values).reshape(shape)

    def complex(self, *shape: int) -> np.ndarray:
        """Complex numbers with both parts between -2 and 2."""
        return np.asarray(self.real(*shape) + 1j * self.real(*shape))

    def ints(self, *shape: int, low: int = -4, high: int = 5) -> np.ndarray:
        """Integers from `low` to `high` - 1."""
        return self._random.integers(low, high, shape)

    def bools(self, *shape: int) -> np.ndarray:
        """True and False; both occur where there is room for them."""
        values = self._random.integers(0, 2, int(np.prod(shape))).astype(bool)
        values[:2] = [True, False][: values.size]
        return self._random.permutation(values).reshape(shape)

    def key(self) -> np.ndarray:
        """A random key."""
        return self._random.integers(0, 2**31, 2).astype("int32")


def _open_intervals(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Begin and width of the parts of (low, high) that are 0.025 from every tenth and 0.125 from whole numbers."""
    tenths = np.arange(np.floor(low * 10), np.ceil(high * 10)).astype(int)
    tenths = tenths[(tenths % 10 != 0) & (tenths % 10 != 9)]
    begin = np.maximum(tenths / 10 + 0.025, low)
    width = np.minimum(tenths / 10 + 0.075, high) - begin
    if not (width > 0).any():
        margin = (high - low) * 0.05
        return np.array([low + margin]), np.array([high - low - 2 * margin])
    return begin[width > 0], width[width > 0]

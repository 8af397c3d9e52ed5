"""`Orthogonal`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras.errors import ShapeError
from polykeras.initializers.random_initializers import RandomInitializer


class Orthogonal(RandomInitializer):
    """A matrix with orthonormal rows or columns, whichever are fewer, times `gain`. Saxe et al. 2014, arXiv:1312.6120.

    With more than two axes, all but the last are taken together.
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values of `shape`. Raises `ShapeError` for fewer than two axes."""
        if len(shape) < 2:
            raise ShapeError(f"Orthogonal needs at least two axes, got shape {shape}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(generator.standard_normal((max(rows, columns), min(rows, columns))))
        q = q * np.sign(np.diag(r))  # makes the decomposition unique, and so the distribution uniform
        return np.asarray(self.gain * np.reshape(q if rows >= columns else q.T, shape))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "gain": self.gain}

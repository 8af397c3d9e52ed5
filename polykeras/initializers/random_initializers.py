"""Initializers that draw.

They draw from NumPy's Philox on the host, in float64, and round to the dtype: the values depend on the seed alone, not
on the backend.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import dtypes, ops
from polykeras.errors import ArgumentError
from polykeras.initializers.initializer import Initializer
from polykeras.random.host import host_generator, next_seed
from polykeras.random.seed_generator import SeedGenerator
from polykeras.typing import Shape, Tensor


class RandomInitializer(Initializer):
    """Base of those that draw. A subclass defines `draw`.

    Args:
        seed: an int; None for a new one, chosen here; or a `SeedGenerator`. With an int or None every call gives the
            same values, as in Keras 3; a generator moves on at every call.
    """

    def __init__(self, seed: Any = None) -> None:
        if isinstance(seed, dict):  # from a saved configuration
            from polykeras import saving

            seed = saving.deserialize_keras_object(seed)
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer, SeedGenerator, type(None))):
            raise ArgumentError(f"{type(self).__name__}: seed must be an int, a SeedGenerator or None, got {seed!r}.")
        self._given = seed
        self.seed = next_seed() if seed is None else seed

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values of `shape`."""
        raise ArgumentError(f"{type(self).__name__} defines no draw(self, generator, shape).")

    def __call__(self, shape: Shape, dtype: Any = None) -> Tensor:
        """Random values of that shape."""
        values = self.draw(self._generator(), tuple(shape))
        return ops.convert_to_tensor(values.astype(dtypes.numpy_dtype(dtypes.standardize(dtype))))

    def _generator(self) -> np.random.Generator:
        if isinstance(self.seed, SeedGenerator):
            key = ops.convert_to_numpy(self.seed.next()).view("uint32")
            return host_generator(int(key[0]) | int(key[1]) << 32)
        return host_generator(int(self.seed))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        from polykeras import saving

        return {"seed": saving.serialize_keras_object(self._given)}


class RandomUniform(RandomInitializer):
    """Uniform on [minval, maxval)."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values of `shape`."""
        return generator.uniform(self.minval, self.maxval, shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"minval": self.minval, "maxval": self.maxval, **super().get_config()}


class RandomNormal(RandomInitializer):
    """Normal with this mean and standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values of `shape`."""
        return generator.normal(self.mean, self.stddev, shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"mean": self.mean, "stddev": self.stddev, **super().get_config()}


class TruncatedNormal(RandomNormal):
    """Normal, conditioned on lying within two standard deviations of the mean."""

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values of `shape`."""
        return self.mean + self.stddev * truncated_normal(generator, shape)


def truncated_normal(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal values conditioned on [-2, 2]: those outside are drawn again."""
    values = np.asarray(generator.standard_normal(shape))
    outside = np.abs(values) > 2
    while outside.any():
        values[outside] = generator.standard_normal(int(outside.sum()))
        outside = np.abs(values) > 2
    return values

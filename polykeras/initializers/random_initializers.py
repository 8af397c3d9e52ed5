"""Initializers that draw.

They draw from NumPy's Philox on the host, in float64, and round to the dtype: the values depend on the seed alone, not
on the backend. An initializer with a seed gives the same values at every call, as in Keras 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras import dtypes, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.initializers.initializer import Initializer
from polykeras.random.host import host_generator, next_seed
from polykeras.random.seed_generator import SeedGenerator


class RandomInitializer(Initializer):
    """Base of those that draw.

    Args:
        seed: an int, None for a new one, or a `SeedGenerator`, which moves on at every call.
    """

    def __init__(self, seed: Any = None) -> None:
        self._given = seed
        self.seed = next_seed() if seed is None else seed

    def _generator(self) -> np.random.Generator:
        if isinstance(self.seed, SeedGenerator):
            key = ops.convert_to_numpy(self.seed.next()).view("uint32")
            return host_generator(int(key[0]) | int(key[1]) << 32)
        return host_generator(int(self.seed))

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values of `shape`."""
        raise TypeError(f"{type(self).__name__} defines no draw().")

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        values = self.draw(self._generator(), tuple(shape))
        return ops.convert_to_tensor(values.astype(dtypes.numpy_dtype(dtypes.standardize(dtype))))

    def get_config(self) -> dict[str, Any]:
        return {"seed": self._given if not isinstance(self._given, SeedGenerator) else None}


class RandomUniform(RandomInitializer):
    """Uniform on [minval, maxval)."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return generator.uniform(self.minval, self.maxval, shape)

    def get_config(self) -> dict[str, Any]:
        return {"minval": self.minval, "maxval": self.maxval, **super().get_config()}


class RandomNormal(RandomInitializer):
    """Normal with this mean and standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return generator.normal(self.mean, self.stddev, shape)

    def get_config(self) -> dict[str, Any]:
        return {"mean": self.mean, "stddev": self.stddev, **super().get_config()}


def truncated_normal(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal values conditioned on [-2, 2]: those outside are drawn again."""
    values = generator.standard_normal(shape)
    outside = np.abs(values) > 2
    while outside.any():
        values = np.where(outside, generator.standard_normal(shape), values)
        outside = np.abs(values) > 2
    return np.asarray(values)


class TruncatedNormal(RandomNormal):
    """Normal, conditioned on lying within two standard deviations of the mean."""

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return self.mean + self.stddev * truncated_normal(generator, shape)


def compute_fans(shape: Sequence[int]) -> tuple[int, int]:
    """``fan_in, fan_out`` of a weight: inputs and outputs of a unit, times the window's size for convolutions.

    >>> compute_fans((3, 3, 16, 32))
    (144, 288)
    """
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return int(shape[0]), int(shape[0])
    window = math.prod(shape[:-2])
    return int(shape[-2] * window), int(shape[-1] * window)


class VarianceScaling(RandomInitializer):
    """Variance ``scale / n``, with n the fan in, the fan out or their mean.

    Glorot and Bengio 2010; He et al. 2015, arXiv:1502.01852.

    Args:
        scale: positive factor.
        mode: ``"fan_in"``, ``"fan_out"`` or ``"fan_avg"``.
        distribution: ``"truncated_normal"``, ``"untruncated_normal"`` or ``"uniform"``.
    """

    def __init__(
        self, scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal", seed: Any = None
    ) -> None:
        if scale <= 0:
            raise ArgumentError(f"VarianceScaling: scale must be positive, got {scale}.")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ArgumentError(f"VarianceScaling: mode must be fan_in, fan_out or fan_avg, got {mode!r}.")
        distribution = "truncated_normal" if distribution.lower() == "normal" else distribution.lower()
        if distribution not in ("truncated_normal", "untruncated_normal", "uniform"):
            raise ArgumentError(
                "VarianceScaling: distribution must be truncated_normal, untruncated_normal or uniform, "
                f"got {distribution!r}."
            )
        super().__init__(seed)
        self.scale = scale
        self.mode = mode
        self.distribution = distribution

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        fan_in, fan_out = compute_fans(shape)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return generator.uniform(-limit, limit, shape)
        if self.distribution == "untruncated_normal":
            return generator.normal(0.0, math.sqrt(variance), shape)
        # The standard deviation of the standard normal truncated at ±2.
        return truncated_normal(generator, shape) * (math.sqrt(variance) / 0.87962566103423978)

    def get_config(self) -> dict[str, Any]:
        return {"scale": self.scale, "mode": self.mode, "distribution": self.distribution, **super().get_config()}


class _Preset(VarianceScaling):
    """A `VarianceScaling` with a name of its own."""

    _arguments: tuple[float, str, str]

    def __init__(self, seed: Any = None) -> None:
        super().__init__(*self._arguments, seed=seed)

    def get_config(self) -> dict[str, Any]:
        return RandomInitializer.get_config(self)


class GlorotUniform(_Preset):
    """Uniform with variance ``2 / (fan_in + fan_out)``; Glorot and Bengio 2010."""

    _arguments = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Preset):
    """Truncated normal with variance ``2 / (fan_in + fan_out)``; Glorot and Bengio 2010."""

    _arguments = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Preset):
    """Uniform with variance ``2 / fan_in``; He et al. 2015."""

    _arguments = (2.0, "fan_in", "uniform")


class HeNormal(_Preset):
    """Truncated normal with variance ``2 / fan_in``; He et al. 2015."""

    _arguments = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Preset):
    """Uniform with variance ``1 / fan_in``; LeCun et al. 1998."""

    _arguments = (1.0, "fan_in", "uniform")


class LecunNormal(_Preset):
    """Truncated normal with variance ``1 / fan_in``; LeCun et al. 1998."""

    _arguments = (1.0, "fan_in", "truncated_normal")


class Orthogonal(RandomInitializer):
    """A matrix with orthonormal rows or columns, times `gain`; leading axes are taken together. Saxe et al. 2014."""

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        if len(shape) < 2:
            raise ShapeError(f"Orthogonal needs at least two axes, got shape {shape}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(generator.standard_normal((max(rows, columns), min(rows, columns))))
        q = q * np.sign(np.diag(r))  # makes the decomposition, and so the distribution, unique
        return self.gain * np.reshape(q if rows >= columns else q.T, shape)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, **super().get_config()}

"""`VarianceScaling`, and those of its settings that have a name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.initializers.random_initializers import RandomInitializer, truncated_normal

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")


def compute_fans(
    shape: Sequence[int], input_axes: Sequence[int] | None = None, output_axes: Sequence[int] | None = None
) -> tuple[int, int]:
    """``fan_in, fan_out`` of a weight: inputs and outputs of a unit, times the window's size for convolutions.

    With `input_axes` and `output_axes`, the products of the sizes along these.

    >>> compute_fans((3, 3, 16, 32))
    (144, 288)
    """
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[a] for a in input_axes), math.prod(shape[a] for a in output_axes)
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return int(shape[0]), int(shape[0])
    window = math.prod(shape[:-2])
    return int(shape[-2] * window), int(shape[-1] * window)


class VarianceScaling(RandomInitializer):
    """Zero mean and variance ``scale / n``, n being the fan in, the fan out or the mean of the two.

    Args:
        scale: a positive factor.
        mode: ``"fan_in"``, ``"fan_out"`` or ``"fan_avg"``.
        distribution: ``"truncated_normal"``, ``"untruncated_normal"`` or ``"uniform"``.
        seed: see `RandomInitializer`.
        input_axes, output_axes: the axes of the weight that make its fan in and fan out, if not the last two.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        label = type(self).__name__
        if not scale > 0:
            raise ArgumentError(f"{label}: scale must be positive, got {scale!r}.")
        if mode not in _MODES:
            raise ArgumentError(f"{label}: mode must be one of {', '.join(_MODES)}, got {mode!r}.")
        distribution = "truncated_normal" if distribution.lower() == "normal" else distribution.lower()
        if distribution not in _DISTRIBUTIONS:
            raise ArgumentError(
                f"{label}: distribution must be one of {', '.join(_DISTRIBUTIONS)}, got {distribution!r}."
            )
        if (input_axes is None) != (output_axes is None):
            raise ArgumentError(f"{label}: give both input_axes and output_axes, or neither.")
        super().__init__(seed)
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes

    def draw(self, generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values of `shape`."""
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return generator.uniform(-limit, limit, shape)
        if self.distribution == "untruncated_normal":
            return generator.normal(0.0, math.sqrt(variance), shape)
        # Divided by the standard deviation of the standard normal truncated at ±2.
        return truncated_normal(generator, shape) * (math.sqrt(variance) / 0.87962566103423978)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("scale", "mode", "distribution", "input_axes", "output_axes")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


class _Named(VarianceScaling):
    """A `VarianceScaling` whose class says how it scales."""

    _setting: tuple[float, str, str]

    def __init__(
        self, seed: Any = None, input_axes: Sequence[int] | None = None, output_axes: Sequence[int] | None = None
    ) -> None:
        super().__init__(*self._setting, seed=seed, input_axes=input_axes, output_axes=output_axes)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        axes = {"input_axes": self.input_axes, "output_axes": self.output_axes}
        return {**RandomInitializer.get_config(self), **axes}


class GlorotUniform(_Named):
    """Uniform with variance ``2 / (fan_in + fan_out)``; Glorot and Bengio 2010."""

    _setting = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Named):
    """Truncated normal with variance ``2 / (fan_in + fan_out)``; Glorot and Bengio 2010."""

    _setting = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Named):
    """Uniform with variance ``2 / fan_in``; He et al. 2015, arXiv:1502.01852."""

    _setting = (2.0, "fan_in", "uniform")


class HeNormal(_Named):
    """Truncated normal with variance ``2 / fan_in``; He et al. 2015, arXiv:1502.01852."""

    _setting = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Named):
    """Uniform with variance ``1 / fan_in``; LeCun et al. 1998."""

    _setting = (1.0, "fan_in", "uniform")


class LecunNormal(_Named):
    """Truncated normal with variance ``1 / fan_in``; LeCun et al. 1998."""

    _setting = (1.0, "fan_in", "truncated_normal")

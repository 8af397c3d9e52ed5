"""`Normalization`: features of mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import config, dtypes, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.base.shapes import broadcasts_to
from polykeras.layers.configuration import known_size
from polykeras.layers.layer import Layer
from polykeras.layers.preprocessing.batches import batches_of
from polykeras.layers.preprocessing.moments import Moments
from polykeras.typing import Tensor


class Normalization(Layer):
    """``(inputs - mean) / sqrt(variance)``, with numbers that are given, or measured by `adapt`.

    A standard deviation below `config.epsilon` counts as that.

    Args:
        axis: the axis, or axes, along which features lie, each with a mean and a variance of its own; None: all
            elements share one.
        mean, variance: the numbers, of a shape that broadcasts to the sizes along `axis`; both or none.
        invert: whether the layer goes back from normalized to original features.

    >>> layer = Normalization()
    >>> layer.adapt(np.array([[0.0, 7.0], [2.0, 9.0]]))
    >>> layer(np.array([[1.0, 9.0]])).tolist()
    [[0.0, 1.0]]
    """

    def __init__(
        self, axis: Any = -1, mean: Any = None, variance: Any = None, invert: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.input_mean = None if mean is None else _numbers(mean)
        self.input_variance = None if variance is None else _numbers(variance)
        self.invert = invert
        self.supports_masking = True
        self.reset_state()
        if (mean is None) != (variance is None):
            raise ArgumentError(
                f"Normalization: give both mean and variance or neither, got mean={mean!r} and variance={variance!r}."
            )
        if self.input_mean is not None and self.input_variance is not None:
            shapes = self.input_mean.shape, self.input_variance.shape
            if shapes[0] != shapes[1] or len(shapes[0]) > len(self.axis):
                raise ArgumentError(
                    f"Normalization: mean and variance must have one shape, of rank {len(self.axis)} at most as "
                    f"axis={self.axis} says, got {shapes[0]} and {shapes[1]}."
                )

    def build(self, input_shape: Any) -> None:
        """Make the variables that `adapt` sets, unless the numbers were given."""
        rank = len(input_shape)
        if any(not -rank <= a < rank for a in self.axis):
            raise ArgumentError(f"Layer {self.name!r}: an input of shape {tuple(input_shape)} has no axis {self.axis}.")
        self._kept = tuple(sorted(a % rank for a in self.axis))
        sizes = tuple(known_size(self, input_shape, a) for a in self._kept)
        self._rank = rank
        self._sizes = sizes
        self._aligned = tuple(input_shape[a] if a in self._kept else 1 for a in range(rank))
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(sizes, "zeros", trainable=False, name="mean")
            self.adapt_variance = self.add_weight(sizes, "ones", trainable=False, name="variance")
            # Nothing counts any more, but files have it.
            self.count = self.add_weight((), "zeros", dtype="int32", trainable=False, name="count")
        elif not broadcasts_to(self.input_mean.shape, sizes):
            raise ShapeError(
                f"Layer {self.name!r}: mean and variance of shape {self.input_mean.shape} do not fit the sizes {sizes} "
                f"along axis {self.axis} of the input {tuple(input_shape)}."
            )

    @property
    def mean(self) -> Any:
        """The mean in use, which broadcasts to the inputs; None before the layer is built."""
        return self._statistic(self.input_mean, "adapt_mean")

    @property
    def variance(self) -> Any:
        """The variance in use, likewise."""
        return self._statistic(self.input_variance, "adapt_variance")

    def _statistic(self, given: Any, adapted: str) -> Any:
        if not hasattr(self, "_aligned"):
            return None
        if given is None:
            return ops.reshape(ops.cast(getattr(self, adapted).value, self.compute_dtype), self._aligned)
        numbers = np.broadcast_to(given, self._sizes).reshape(self._aligned)
        return numbers.astype(dtypes.numpy_dtype(self.compute_dtype))  # an ndarray joins the backend of the inputs

    def adapt(self, data: Any) -> None:
        """Measure mean and variance of `data`: an array, a tensor, or batches of them; earlier data are forgotten.

        Raises:
            ArgumentError: the numbers were given to the layer, or there are no batches.
            ShapeError: a batch differs from the shape that the layer was built for.
        """
        if self.input_mean is not None:
            raise ArgumentError(f"Layer {self.name!r} has a given mean and variance: there is nothing to adapt.")
        self.reset_state()
        for batch in batches_of(self, data):
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self) -> None:
        """Forget the data seen so far; mean and variance stay until `finalize_state`."""
        self._moments = Moments()

    def update_state(self, data: Any) -> None:
        """Take one batch of data into account."""
        batch = np.asarray(ops.convert_to_numpy(data) if hasattr(data, "shape") else data)
        if not self.built:
            kept = {a % batch.ndim for a in self.axis} if batch.ndim else set()
            self.build(batch.shape if 0 in kept else (None, *batch.shape[1:]))
        if batch.ndim != self._rank or tuple(batch.shape[a] for a in self._kept) != self._sizes:
            raise ShapeError(
                f"Layer {self.name!r} expects data of rank {self._rank} with sizes {self._sizes} along axis "
                f"{self.axis}, got a batch of shape {batch.shape}."
            )
        self._moments.update(batch, tuple(a for a in range(self._rank) if a not in self._kept))

    def finalize_state(self) -> None:
        """Set mean and variance to those of the data seen; without any they stay as they are."""
        if self._moments.count:
            self.adapt_mean.assign(self._moments.mean)
            self.adapt_variance.assign(self._moments.variance)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, normalized, or back from that, as floats."""
        x = ops.cast(inputs, self.compute_dtype)
        scale = ops.maximum(ops.sqrt(self.variance), config.epsilon())
        if self.invert:
            return ops.add(ops.multiply(x, scale), self.mean)
        return ops.divide(ops.subtract(x, self.mean), scale)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments; what was measured is among the weights."""
        return super().get_config() | {
            "axis": self.axis,
            "mean": None if self.input_mean is None else self.input_mean.tolist(),
            "variance": None if self.input_variance is None else self.input_variance.tolist(),
            "invert": self.invert,
        }


def _numbers(value: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(value) if hasattr(value, "shape") else value, "float64")

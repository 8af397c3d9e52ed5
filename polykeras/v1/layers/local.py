"""Convolutions whose weights differ from place to place."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.affine import AffineLayer, with_input
from polykeras.v1.engine.arguments import adopt, ordering
from polykeras.v1.engine.base_layer import InputSpec
from polykeras.v1.utils.np_utils import conv_output_length


def _only_valid(layer: AffineLayer, border_mode: str) -> None:
    if border_mode != "valid":
        raise ArgumentError(f'{type(layer).__name__}: border_mode must be "valid", got {border_mode!r}.')


def _windows(size: int, window: int, stride: int) -> Any:
    """Indices ``(windows, elements)`` along one axis."""
    count = conv_output_length(size, window, "valid", stride)
    return (np.arange(count)[:, None] * stride + np.arange(window)[None]).astype("int32")


class LocallyConnected1D(AffineLayer):
    """`Convolution1D` with filters of its own for each window. ``border_mode`` must be ``"valid"``."""

    def __init__(
        self,
        nb_filter: int,
        filter_length: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample_length: int = 1,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**with_input(kwargs, input_length, input_dim))
        _only_valid(self, border_mode)
        adopt(self, locals())
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Make a kernel ``(windows, length * features, filters)`` and a bias ``(windows, filters)``."""
        steps, features = self._known(input_shape, 1), self._known(input_shape)
        count = conv_output_length(steps, self.filter_length, "valid", self.subsample_length)
        self.W = self._kernel((count, self.filter_length * features, self.nb_filter))
        self.b = self._bias((count, self.nb_filter))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One value of each filter for each window."""
        index = _windows(x.shape[1], self.filter_length, self.subsample_length)
        rows = ops.reshape(ops.take(x, index, axis=1), (x.shape[0], index.shape[0], -1))
        y = ops.einsum("boi,oif->bof", rows, self.W.value)
        return self.activation(y if self.b is None else y + self.b.value)


class LocallyConnected2D(AffineLayer):
    """`Convolution2D` with filters of its own for each window. ``border_mode`` must be ``"valid"``."""

    def __init__(
        self,
        nb_filter: int,
        nb_row: int,
        nb_col: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        border_mode: str = "valid",
        subsample: Any = (1, 1),
        dim_ordering: str = "default",
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        _only_valid(self, border_mode)
        adopt(self, locals())
        self.subsample, self.dim_ordering = tuple(subsample), ordering(dim_ordering)
        self.input_spec = InputSpec(ndim=4)

    def build(self, input_shape: Any) -> None:
        """Make a kernel ``(windows, elements of a window, filters)`` and a bias ``(rows, columns, filters)``."""
        first = 2 if self.dim_ordering == "th" else 1
        rows, cols = self._known(input_shape, first), self._known(input_shape, first + 1)
        channels = self._known(input_shape, 1 if self.dim_ordering == "th" else -1)
        self.output_row = conv_output_length(rows, self.nb_row, "valid", self.subsample[0])
        self.output_col = conv_output_length(cols, self.nb_col, "valid", self.subsample[1])
        count, size = self.output_row * self.output_col, self.nb_row * self.nb_col * channels
        self.W = self._kernel((count, size, self.nb_filter))
        self.b = self._bias((self.output_row, self.output_col, self.nb_filter))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One value of each filter for each window."""
        first = self.dim_ordering == "th"
        axis = 2 if first else 1
        down = _windows(x.shape[axis], self.nb_row, self.subsample[0])
        across = _windows(x.shape[axis + 1], self.nb_col, self.subsample[1])
        x = ops.take(ops.take(x, across, axis=axis + 1), down, axis=axis)
        # (samples, [channels,] rows, in a window, columns, in a window[, channels])
        order = (0, 2, 4, 1, 3, 5) if first else (0, 1, 3, 2, 4, 5)
        windows = ops.reshape(ops.transpose(x, order), (x.shape[0], self.output_row * self.output_col, -1))
        y = ops.einsum("boi,oif->bof", windows, self.W.value)
        y = ops.reshape(y, (x.shape[0], self.output_row, self.output_col, self.nb_filter))
        if first:
            y = ops.transpose(y, (0, 3, 1, 2))
        if self.b is not None:  # Keras 1 reads the bias's numbers in the order of the result's axes
            y = y + K.reshape(self.b, (1, *tuple(y.shape)[1:]))
        return self.activation(y)


__all__ = ["LocallyConnected1D", "LocallyConnected2D"]

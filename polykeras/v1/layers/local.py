"""Convolutions whose weights differ from place to place."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from polykeras import ops
from polykeras.typing import Tensor
from polykeras.v1.engine.affine import with_input
from polykeras.v1.layers.convolutional import Windowed
from polykeras.v1.utils.np_utils import conv_output_length


class _Local(Windowed):
    """What both share: each window is multiplied with a kernel of its own."""

    paddings: ClassVar[tuple[str, ...]] = ("valid",)

    @property
    def _axes(self) -> range:
        """The spatial axes."""
        first = 1 if self.dim_ordering == "tf" else 2
        return range(first, first + self.rank)

    def build(self, input_shape: Any) -> None:
        """Make a kernel ``(windows, elements of a window, filters)`` and a bias ``(*numbers of windows, filters)``."""
        places = zip(self._axes, self.kernel_size, self.strides, strict=True)
        self.counts = [conv_output_length(self._known(input_shape, axis), n, "valid", s) for axis, n, s in places]
        size = math.prod(self.kernel_size) * self.fix_channels(input_shape)
        self.W = self._kernel((math.prod(self.counts), size, self.nb_filter))
        self.b = self._bias((*self.counts, self.nb_filter))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """One value of each filter for each window."""
        self.op_padding(x)
        axes = tuple(self._axes)
        windows = ops.sliding_windows(x, axes, self.kernel_size, self.strides, (1,) * self.rank)
        batch, counts = x.shape[0], self.counts
        inside = tuple(range(len(x.shape), len(x.shape) + self.rank))
        channels = self.channel_axis % len(x.shape)
        order = (0, *axes, *((*inside, channels) if self.dim_ordering == "tf" else (channels, *inside)))
        rows = ops.reshape(ops.transpose(windows, order), (batch, math.prod(counts), -1))
        y = ops.reshape(ops.einsum("boi,oif->bof", rows, self.W.value), (batch, *counts, self.nb_filter))
        y = ops.moveaxis(y, -1, self.channel_axis)
        if self.b is not None:  # Keras 1 reads the bias's numbers in the order of the result's axes
            y = ops.add(y, ops.reshape(self.b.value, (1, *tuple(y.shape)[1:])))
        return self.activation(y)


class LocallyConnected1D(_Local):
    """`Convolution1D` with filters of its own for each window. ``border_mode`` must be ``"valid"``."""

    rank = 1
    window = ("filter_length",)

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
        super().__init__(locals(), {}, **with_input(kwargs, input_length, input_dim))


class LocallyConnected2D(_Local):
    """`Convolution2D` with filters of its own for each window. ``border_mode`` must be ``"valid"``."""

    rank = 2

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
        super().__init__(locals(), {}, **kwargs)

    output_row = property(lambda self: self.counts[0], doc="The number of windows below one another.")
    output_col = property(lambda self: self.counts[1], doc="The number of windows beside one another.")


__all__ = ["LocallyConnected1D", "LocallyConnected2D"]

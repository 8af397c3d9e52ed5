"""The cell of `ConvLSTM1D`, `ConvLSTM2D` and `ConvLSTM3D`."""

from __future__ import annotations

import math
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.configuration import arguments_of, known_size
from polykeras.layers.convolutional.geometry import (
    check_windows_fit,
    sizes,
    standard_data_format,
    standard_padding,
)
from polykeras.layers.rnn.lstm import LSTMCell
from polykeras.ops.recurrence import Step
from polykeras.ops.recurrent_cells import CELLS
from polykeras.typing import Tensor


class ConvLSTMCell(LSTMCell):
    """One step of a convolutional LSTM (Shi et al. 2015, arXiv:1506.04214): that of an `LSTMCell` with convolutions.

    Inputs are ``(batch, *spatial, channels)``, states ``(batch, *new_spatial, filters)``, or both with the channels
    first. `kernel` is ``(*kernel_size, channels, 4 * filters)``, `recurrent_kernel`
    ``(*kernel_size, filters, 4 * filters)``, `bias` ``(4 * filters,)``. The state is convolved with padding ``"same"``
    and without strides or dilation, so that its size stays.

    Args:
        rank: the number of spatial axes.
        filters: the number of channels of the outputs.
        kernel_size, strides, padding, data_format, dilation_rate: as for `Conv2D`.
        kwargs: those of `LSTMCell`.
    """

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, **kwargs)
        cls = type(self)
        self.rank, self.filters = rank, self.units
        self.kernel_size = sizes(cls, "kernel_size", kernel_size, rank)
        self.strides = sizes(cls, "strides", strides, rank)
        self.padding = standard_padding(cls, padding, ("valid", "same"))
        self.data_format = standard_data_format(data_format)
        self.dilation_rate = sizes(cls, "dilation_rate", dilation_rate, rank)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                f"ConvLSTM{rank}D: strides {self.strides} and dilation_rate {self.dilation_rate} cannot both be above 1."
            )
        self._output_size: Any = None  # known when the spatial sizes are

    @property
    def output_size(self) -> Any:
        """The size of the outputs, without the batch; None until the cell is built."""
        return self._output_size

    @property
    def state_size(self) -> list[Any]:
        """The size of the output and of the carry, without the batch; known once the cell is built."""
        return [self.output_size] * 2

    def build(self, input_shape: Any) -> None:
        """Make the kernels and the bias. Raises `ShapeError` if spatial sizes are not known or no window fits."""
        first = self.data_format == "channels_first"
        channels = known_size(self, input_shape, 1 if first else -1)
        spatial = tuple(input_shape[2:] if first else input_shape[1:-1])
        if None in spatial:
            raise ShapeError(
                f"Layer {self.name!r} needs to know the spatial sizes of its input, got shape {tuple(input_shape)}."
            )
        windows = tuple((k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))
        if self.padding == "valid":
            check_windows_fit(self, tuple(input_shape), windows)
        lost = [w - 1 if self.padding == "valid" else 0 for w in windows]
        new = tuple(-(-(n - k) // s) for n, k, s in zip(spatial, lost, self.strides, strict=True))
        self._output_size = (self.filters, *new) if first else (*new, self.filters)
        self.add_weights((*self.kernel_size, channels), (*self.kernel_size, self.filters))

    def get_initial_state(self, batch_size: int) -> list[Tensor]:
        """Zeros."""
        return [ops.zeros((batch_size, *self.output_size), self.compute_dtype) for _ in range(2)]

    def prepare(self, inputs: Tensor, states: list[Tensor], training: bool) -> tuple[Tensor, Step]:
        """The convolutions of the inputs, the channels last, and the step that is left."""
        dropped = self.dropped(tuple(inputs.shape[-self.rank - 2 :]), states[0], training)
        x, masks = self._of_inputs(inputs, dropped.inputs), dropped.outputs
        weights = [self.recurrent_kernel.value]

        def product(h: Tensor, kernel: Tensor, first: int) -> Tensor:
            if masks is None:
                return ops.conv(h, kernel, 1, "same", "channels_last")
            parts = ops.split(kernel, self.gates, axis=-1)
            left = [ops.multiply(h, _last(masks[i], self.data_format)) for i in range(self.gates)]
            pairs = zip(left, parts, strict=True)
            return ops.concatenate([ops.conv(x, k, 1, "same", "channels_last") for x, k in pairs], -1)

        def step(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            states = [_last(s, self.data_format) for s in states]
            new, _ = CELLS["lstm"].step(x, states, weights, self.activation, self.recurrent_activation, product)
            new = [_back(s, self.data_format) for s in new]
            return new[0], new

        return x, step

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, ConvLSTMCell)

    def whole(self, *args: Any, **kwargs: Any) -> None:
        """There is no op for the whole sequence."""
        return None

    @property
    def masks_of_inputs(self) -> int:
        """One for each gate, whether the previous outputs are dropped or not."""
        return self.gates

    def _of_inputs(self, inputs: Tensor, masks: Tensor | None) -> Tensor:
        """The convolutions for all steps and gates; `inputs` is ``(..., batch, *step)``."""
        leading = tuple(inputs.shape[: -self.rank - 1])
        step = tuple(inputs.shape[-self.rank - 1 :])

        def convolve(x: Tensor, kernel: Tensor) -> Tensor:
            x = _last(ops.reshape(x, (math.prod(leading), *step)), self.data_format)
            y = ops.conv(x, kernel, self.strides, self.padding, "channels_last", self.dilation_rate)
            return ops.reshape(y, (*leading, *y.shape[1:]))

        if masks is None:
            y = convolve(inputs, self.kernel.value)
        else:
            parts = enumerate(ops.split(self.kernel.value, self.gates, axis=-1))
            y = ops.concatenate([convolve(ops.multiply(inputs, masks[i]), k) for i, k in parts], -1)
        return y if self.bias is None else ops.add(y, self.bias.value)


def _last(x: Tensor, data_format: str) -> Tensor:
    """``(batch, ...)`` with the channels last."""
    return x if data_format == "channels_last" else ops.moveaxis(x, 1, -1)


def _back(x: Tensor, data_format: str) -> Tensor:
    """``(batch, ...)`` with the channels last, as `data_format` has it."""
    return x if data_format == "channels_last" else ops.moveaxis(x, -1, 1)

"""`ConvLSTM1D`, `ConvLSTM2D`, `ConvLSTM3D`: LSTMs whose products are convolutions."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras.layers.rnn.cell_rnn import CellRNN
from polykeras.layers.rnn.conv_lstm_cell import ConvLSTMCell


class ConvLSTM(CellRNN):
    """What the three share: a `ConvLSTMCell` over ``(batch, steps, *spatial, channels)``.

    With data_format ``"channels_first"`` inputs and outputs are ``(batch, steps, channels, *spatial)``. Arguments are as
    for `ConvLSTMCell`, `LSTMCell` and `RNN`.
    """

    cell_class = ConvLSTMCell
    rank: ClassVar[int]

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals() | {"rank": self.rank}, **kwargs)

    @property
    def step_axes(self) -> int:
        """How many axes the inputs have at one step, without the batch."""
        return self.rank + 1

    @property
    def feature_axis(self) -> int:
        """The axis of the channels in the inputs."""
        return -1 if self.data_format == "channels_last" else 2

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {k: v for k, v in super().get_config().items() if k not in ("rank", "units")}


class ConvLSTM1D(ConvLSTM):
    """`ConvLSTM` over sequences of sequences."""

    rank = 1


class ConvLSTM2D(ConvLSTM):
    """`ConvLSTM` over sequences of images."""

    rank = 2


class ConvLSTM3D(ConvLSTM):
    """`ConvLSTM` over sequences of volumes."""

    rank = 3

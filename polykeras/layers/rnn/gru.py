"""`GRU`: gated recurrent unit."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.rnn.cell_rnn import CellRNN
from polykeras.layers.rnn.gated_cell import GatedCell
from polykeras.typing import Tensor


class GRUCell(GatedCell):
    """One step of a `GRU`; `polykeras.ops.gru` has the formula. The state is the output, ``(batch, units)``.

    The columns of the kernels belong to the update gate, the reset gate and the new output, in this order. Arguments
    are as for `RecurrentCell`, and

    Args:
        recurrent_activation: of the gates.
        reset_after: whether the reset gate is applied after the product with the recurrent kernel, which then has a
            bias of its own: `bias` is ``(2, 3 * units)``.
    """

    gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        reset_after: bool = True,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals(), **kwargs)
        self.reset_after = reset_after

    def bias_shape(self) -> tuple[int, ...]:
        """One row, or two with `reset_after`."""
        return (2, *super().bias_shape()) if self.reset_after else super().bias_shape()

    @property
    def kind(self) -> str:  # type: ignore[override]
        """Which of the two kinds it is."""
        return "gru" if self.reset_after else "gru_reset_before"

    def kernels(self) -> tuple[Tensor | None, list[Tensor]]:
        """With `reset_after`, the step adds a bias too."""
        if not self.reset_after:
            return super().kernels()
        kernel = self.recurrent_kernel.value
        if self.bias is None:
            return None, [kernel, ops.zeros((3 * self.units,), ops.dtype(kernel))]
        return self.bias.value[0], [kernel, self.bias.value[1]]

    def run_op(self, tensors: list[Any], names: list[str | None], options: dict[str, Any]) -> Any:
        """`polykeras.ops.gru`."""
        return ops.gru(*tensors, *names, self.reset_after, **options)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, GRUCell)


class GRU(CellRNN):
    """Gated recurrent unit over ``(batch, steps, features)``.

    Arguments are as for `GRUCell` and `RNN`. `use_cudnn` has no effect: see `LSTM`.
    """

    cell_class = GRUCell

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
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
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        super().__init__(locals(), **kwargs)

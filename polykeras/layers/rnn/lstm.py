"""`LSTM`: long short-term memory."""

from __future__ import annotations

from typing import Any

from polykeras import initializers, ops
from polykeras.layers.configuration import arguments_of
from polykeras.layers.rnn.cell_rnn import CellRNN
from polykeras.layers.rnn.gated_cell import GatedCell
from polykeras.typing import Tensor


class LSTMCell(GatedCell):
    """One step of an `LSTM`; `polykeras.ops.lstm` has the formula. States: output and carry, both ``(batch, units)``.

    The columns of the kernels belong to the input gate, the forget gate, the new carry and the output gate, in this
    order. Arguments are as for `RecurrentCell`, and

    Args:
        recurrent_activation: of the gates.
        unit_forget_bias: whether the forget gate's bias starts at 1 instead (Jozefowicz et al. 2015).
    """

    kind = "lstm"
    gates = 4
    states = 2

    def __init__(
        self,
        units: int,
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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals(), **kwargs)
        self.unit_forget_bias = unit_forget_bias

    def initial_bias(self, shape: Any, dtype: Any = None) -> Tensor:
        """The initializer's values, with ones for the forget gate if that was asked for."""
        if not self.unit_forget_bias:
            return super().initial_bias(shape, dtype)
        parts = [self.bias_initializer((n,), dtype=dtype) for n in (self.units, 2 * self.units)]
        return ops.concatenate([parts[0], initializers.get("ones")((self.units,), dtype=dtype), parts[1]])

    def run_op(self, tensors: list[Any], names: list[str | None], options: dict[str, Any]) -> Any:
        """`polykeras.ops.lstm`."""
        return ops.lstm(*tensors, *names, **options)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, LSTMCell)


class LSTM(CellRNN):
    """Long short-term memory over ``(batch, steps, features)``.

    Arguments are as for `LSTMCell` and `RNN`. The projection of the inputs is computed for all steps at once; what
    kernel runs the loop is the backend's choice, so `use_cudnn` has no effect.
    """

    cell_class = LSTMCell

    def __init__(
        self,
        units: int,
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
        unroll: bool = False,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        super().__init__(locals(), **kwargs)

"""`SimpleRNN`: the output goes back into the input."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.rnn.cell_rnn import CellRNN
from polykeras.layers.rnn.recurrent_cell import RecurrentCell


class SimpleRNNCell(RecurrentCell):
    """One step of a `SimpleRNN`; `polykeras.ops.simple_rnn` has the formula.

    The state is the output, ``(batch, units)``. Arguments are as for `RecurrentCell`.
    """

    kind = "simple"

    def run_op(self, tensors: list[Any], names: list[str | None], options: dict[str, Any]) -> Any:
        """`polykeras.ops.simple_rnn`."""
        return ops.simple_rnn(*tensors, names[0], **options)


class SimpleRNN(CellRNN):
    """A fully connected recurrent layer over ``(batch, steps, features)``.

    Arguments are as for `SimpleRNNCell` and `RNN`.
    """

    cell_class = SimpleRNNCell

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
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
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals(), **kwargs)

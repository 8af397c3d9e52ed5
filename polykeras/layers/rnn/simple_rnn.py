"""`SimpleRNN`: the output goes back into the input."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.rnn.cell_rnn import CellRNN
from polykeras.layers.rnn.recurrence import Step
from polykeras.layers.rnn.recurrent_cell import RecurrentCell, dropped
from polykeras.typing import Tensor


class SimpleRNNCell(RecurrentCell):
    """One step of a `SimpleRNN`. The state is the output, ``(batch, units)``. Arguments are as for `RecurrentCell`."""

    def prepare(self, inputs: Tensor, states: list[Tensor], training: bool) -> tuple[Tensor, Step]:
        """The products with the kernel, and the step: ``h = activation(x + h @ kernel)`` (Elman 1990)."""
        x = self.project(inputs, None if self.bias is None else self.bias.value, training)
        kernel, mask = self.recurrent_kernel.value, self.recurrent_mask(states[0], training)

        def step(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            h = self.activation(ops.add(x, ops.matmul(dropped(states[0], mask), kernel)))
            return h, [h]

        return x, step


class SimpleRNN(CellRNN):
    """A fully connected recurrent layer over ``(batch, steps, features)``.

    Arguments are as for `SimpleRNNCell` and `RNN`.
    """

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
        super().__init__(SimpleRNNCell, locals(), **kwargs)

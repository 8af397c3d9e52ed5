"""`GRU`: gated recurrent unit."""

from __future__ import annotations

from typing import Any

from polykeras import activations, ops
from polykeras.layers.configuration import arguments_of, parameters
from polykeras.layers.rnn.cell_rnn import CellRNN
from polykeras.layers.rnn.recurrence import Step
from polykeras.layers.rnn.recurrent_cell import RecurrentCell, dropped
from polykeras.typing import Tensor


class GRUCell(RecurrentCell):
    """One step of a `GRU`. The state is the output, ``(batch, units)``.

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
        arguments = {k: v for k, v in locals().items() if k in parameters(RecurrentCell)}
        super().__init__(**arguments, **kwargs)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    def bias_shape(self) -> tuple[int, ...]:
        """One row, or two with `reset_after`."""
        return (2, *super().bias_shape()) if self.reset_after else super().bias_shape()

    def prepare(self, inputs: Tensor, states: list[Tensor], training: bool) -> tuple[Tensor, Step]:
        """The products with the kernel, and the step.

        ``z, r = gates``, ``h = z * h + (1 - z) * new`` (Cho et al. 2014); with `reset_after`
        ``new = activation(x + r * (h @ kernel))``, without ``new = activation(x + (r * h) @ kernel)``.
        """
        bias: Any = None if self.bias is None else self.bias.value
        bias, own = (bias[0], bias[1]) if bias is not None and self.reset_after else (bias, None)
        x = self.project(inputs, bias, training)
        kernel, mask = self.recurrent_kernel.value, self.recurrent_mask(states[0], training)
        of_gates, of_new = ops.split(kernel, [2 * self.units], axis=-1)

        def together(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            inner = ops.matmul(dropped(states[0], mask), kernel)
            if own is not None:
                inner = ops.add(inner, own)
            x_z, x_r, x_new = ops.split(x, 3, axis=-1)
            h_z, h_r, h_new = ops.split(inner, 3, axis=-1)
            z = self.recurrent_activation(ops.add(x_z, h_z))
            r = self.recurrent_activation(ops.add(x_r, h_r))
            return self._mixed(z, states[0], self.activation(ops.add(x_new, ops.multiply(r, h_new))))

        def apart(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            x_z, x_r, x_new = ops.split(x, 3, axis=-1)
            h = dropped(states[0], mask)
            h_z, h_r = ops.split(ops.matmul(h, of_gates), 2, axis=-1)
            z = self.recurrent_activation(ops.add(x_z, h_z))
            r = self.recurrent_activation(ops.add(x_r, h_r))
            new = self.activation(ops.add(x_new, ops.matmul(ops.multiply(r, h), of_new)))
            return self._mixed(z, states[0], new)

        return x, together if self.reset_after else apart

    def _mixed(self, z: Tensor, old: Tensor, new: Tensor) -> tuple[Tensor, list[Tensor]]:
        h = ops.add(new, ops.multiply(z, ops.subtract(old, new)))
        return h, [h]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, GRUCell)


class GRU(CellRNN):
    """Gated recurrent unit over ``(batch, steps, features)``.

    Arguments are as for `GRUCell` and `RNN`. `use_cudnn` has no effect: see `LSTM`.
    """

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
        super().__init__(GRUCell, locals(), **kwargs)

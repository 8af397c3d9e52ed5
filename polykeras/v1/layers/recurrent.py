"""Recurrent layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.layers.recurrent_base import Recurrent, all_gates, time_distributed_dense


class SimpleRNN(Recurrent):
    """``h = activation(x W + h U + b)``.

    Args:
        output_dim: size of outputs and states.
        init, inner_init: how `W` and `U` start.
        activation: a name or a function.
        W_regularizer, U_regularizer, b_regularizer: penalties.
        dropout_W, dropout_U: fractions of connections that are dropped in training. Gal 2015, arXiv:1512.05287.
    """

    def __init__(
        self,
        output_dim: int,
        init: Any = "glorot_uniform",
        inner_init: Any = "orthogonal",
        activation: Any = "tanh",
        W_regularizer: Any = None,
        U_regularizer: Any = None,
        b_regularizer: Any = None,
        dropout_W: float = 0.0,
        dropout_U: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        weights = self.initial_weights
        adopt(self, {k: v for k, v in locals().items() if k != "weights"})
        self.initial_weights = weights

    def build(self, input_shape: Any) -> None:
        """Make `W`, `U` and `b`."""
        self.input_dim = self._known(input_shape)
        self._start(input_shape)
        self._together(1)
        self.built = True

    def preprocess_input(self, x: Tensor) -> Tensor:
        """``x W + b``."""
        return all_gates(self, x)

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """One step."""
        return self._step("simple", x, states)

    def run_op(self, tensors: list[Any], names: list[str], options: dict[str, Any]) -> Any:
        """`polykeras.ops.simple_rnn`."""
        return ops.simple_rnn(*tensors, *names, **options)


class GRU(Recurrent):
    """Gated recurrent unit; the reset gate acts before the recurrent product. Cho et al. 2014, arXiv:1406.1078.

    `inner_activation` is the gates'. For the other arguments see `SimpleRNN`.
    """

    gates, gate_names = 3, "zrh"

    def __init__(
        self,
        output_dim: int,
        init: Any = "glorot_uniform",
        inner_init: Any = "orthogonal",
        activation: Any = "tanh",
        inner_activation: Any = "hard_sigmoid",
        W_regularizer: Any = None,
        U_regularizer: Any = None,
        b_regularizer: Any = None,
        dropout_W: float = 0.0,
        dropout_U: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        weights = self.initial_weights
        adopt(self, {k: v for k, v in locals().items() if k != "weights"})
        self.initial_weights = weights

    def build(self, input_shape: Any) -> None:
        """Make the weights of the update gate, the reset gate and the candidate."""
        self.input_dim = self._known(input_shape)
        self._start(input_shape)
        if self.consume_less == "gpu":
            self._together(3)
        else:
            for name in "zrh":
                self._gate(name)
        self.built = True

    def preprocess_input(self, x: Tensor) -> Tensor:
        """``x W + b`` of all three, beside one another."""
        return all_gates(self, x)

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """One step."""
        return self._step("gru_reset_before", x, states, self.inner_activation)

    def run_op(self, tensors: list[Any], names: list[str], options: dict[str, Any]) -> Any:
        """`polykeras.ops.gru`."""
        return ops.gru(*tensors, *names, reset_after=False, **options)


class LSTM(Recurrent):
    """Long short-term memory. Hochreiter and Schmidhuber 1997.

    `forget_bias_init` is how the forget gate's bias starts, `inner_activation` the gates'. For the other arguments see
    `SimpleRNN`. The weights come gate by gate, input, candidate, forget, output; with ``consume_less="gpu"`` as one
    `W`, `U` and `b` whose columns are input, forget, candidate, output.
    """

    kept, gates, gate_names = 2, 4, "ifco"

    def __init__(
        self,
        output_dim: int,
        init: Any = "glorot_uniform",
        inner_init: Any = "orthogonal",
        forget_bias_init: Any = "one",
        activation: Any = "tanh",
        inner_activation: Any = "hard_sigmoid",
        W_regularizer: Any = None,
        U_regularizer: Any = None,
        b_regularizer: Any = None,
        dropout_W: float = 0.0,
        dropout_U: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        weights = self.initial_weights
        adopt(self, {k: v for k, v in locals().items() if k != "weights"})
        self.initial_weights = weights

    def build(self, input_shape: Any) -> None:
        """Make the weights of the gates and of the candidate."""
        self.input_dim = self._known(input_shape)
        self._start(input_shape)
        if self.consume_less == "gpu":
            n = self.output_dim

            def bias(shape: Any, name: str | None = None) -> Any:
                start = np.zeros(shape)
                start[n : 2 * n] = K.get_value(self.forget_bias_init((n,)))
                return K.variable(start, name=name)

            self._together(4, bias)
        else:
            for name in "icfo":
                self._gate(name, self.forget_bias_init if name == "f" else "zero")
        self.built = True

    def preprocess_input(self, x: Tensor) -> Tensor:
        """``x W + b`` of all four, beside one another."""
        return all_gates(self, x)

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """One step."""
        return self._step("lstm", x, states, self.inner_activation)

    def run_op(self, tensors: list[Any], names: list[str], options: dict[str, Any]) -> Any:
        """`polykeras.ops.lstm`."""
        return ops.lstm(*tensors, *names, **options)


__all__ = ["GRU", "LSTM", "Recurrent", "SimpleRNN", "time_distributed_dense"]

"""Recurrent layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.base.shapes import interpreting
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.affine import AffineLayer, with_input
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.engine.base_layer import InputSpec
from polykeras.variable import Variable


def time_distributed_dense(
    x: Tensor,
    w: Any,
    b: Any = None,
    dropout: float | None = None,
    input_dim: int | None = None,
    output_dim: int | None = None,
    timesteps: int | None = None,
) -> Tensor:
    """``x w + b`` at each step; with `dropout` the same features are dropped at all steps of a sample in training."""
    if dropout:
        shape = (x.shape[0], 1, x.shape[2])
        kept, rate = x, dropout
        x = K.in_train_phase(lambda: K.dropout(kept, rate, shape), kept)
    y = K.dot(x, w)
    return y if b is None else y + b


class Recurrent(AffineLayer):
    """Base class. A subclass defines ``build``, ``step(x, states)`` and ``preprocess_input(x)``.

    Args:
        weights: values to start with.
        return_sequences: whether the outputs of all steps are returned, or the last one.
        go_backwards: whether the steps are gone through from the last to the first.
        stateful: whether a batch goes on where the one before it stopped; needs ``batch_input_shape``.
        unroll: whether the steps are written out one after the other.
        consume_less: how the weights are kept: ``"cpu"`` and ``"mem"`` for each gate by itself, ``"gpu"`` together.
        input_dim, input_length: features and steps of the input, for the first layer of a model.
    """

    kept = 1  # number of states

    def __init__(
        self,
        weights: Any = None,
        return_sequences: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        consume_less: str = "cpu",
        input_dim: int | None = None,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**with_input(kwargs, input_length, input_dim))
        if consume_less not in ("cpu", "mem", "gpu"):
            raise ArgumentError(
                f'{type(self).__name__}: consume_less must be "cpu", "mem" or "gpu", got {consume_less!r}.'
            )
        adopt(self, locals())
        self.supports_masking = True
        self.input_spec = InputSpec(ndim=3)
        self.states: list[Variable | None] = [None] * self.kept

    @property
    def uses_learning_phase(self) -> bool:
        """Whether connections are dropped in training."""
        return bool(getattr(self, "dropout_W", 0) or getattr(self, "dropout_U", 0))

    def _start(self, input_shape: Any) -> None:
        self.input_dim = self._known(input_shape)
        if self.stateful:
            if input_shape[0] is None:
                raise ArgumentError(
                    f"Layer {self.name!r} is stateful, so it needs to know the batch size: give the first layer of the "
                    "model batch_input_shape, or Input batch_shape."
                )
            shape = self._state_shape(input_shape)
            self.states = [K.zeros(shape) for _ in range(self.kept)]

    def _state_shape(self, input_shape: Any) -> tuple[int, ...]:
        return (int(input_shape[0]), self.output_dim)

    def reset_states(self) -> None:
        """Set the states to zero. Raises `ArgumentError` unless the layer is stateful."""
        if not self.stateful:
            raise ArgumentError(f"Layer {self.name!r} is not stateful, it has no states to reset.")
        for state in self.states:
            if state is not None:
                K.set_value(state, np.zeros(state.shape))

    def get_initial_states(self, x: Tensor) -> list[Tensor]:
        """Zeros."""
        return [ops.zeros((x.shape[0], self.output_dim), K.dtype(x)) for _ in range(self.kept)]

    def get_constants(self, x: Tensor) -> list[Any]:
        """What all steps share: in training, factors that drop recurrent connections, one for each gate."""
        rate = getattr(self, "dropout_U", 0)
        if not rate:
            return [1.0] * self.gates
        ones = ops.ones((x.shape[0], self.output_dim), K.dtype(x))
        return [K.in_train_phase(lambda: K.dropout(ones, rate), ones) for _ in range(self.gates)]

    gates = 1

    def preprocess_input(self, x: Tensor) -> Tensor:
        """What can be computed for all steps at once."""
        return x

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """``output, new states`` of one step; the states are followed by `get_constants`."""
        raise ArgumentError(f"{type(self).__name__} defines no step(self, x, states).")

    def compute_mask(self, input: Any, mask: Any = None) -> Any:
        """The steps that count, if all are returned."""
        return mask if self.return_sequences else None

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The last output, or all of them."""
        initial = [s.value for s in self.states] if self.stateful else self.get_initial_states(x)  # type: ignore[union-attr]
        last, outputs, states = K.rnn(
            self.step,
            self.preprocess_input(x),
            initial,
            go_backwards=self.go_backwards,
            mask=mask,
            constants=self.get_constants(x),
            unroll=self.unroll,
        )
        if self.stateful and not interpreting():
            for variable, value in zip(self.states, states, strict=True):
                variable.assign(value)  # type: ignore[union-attr]
        return outputs if self.return_sequences else last

    # ---- weights of gates ---------------------------------------------------------------------------------------

    def _gate(self, name: str, bias_init: Any = "zero") -> tuple[Variable, Variable, Variable]:
        """The weights of one gate. Kept apart, all start by `init` and are penalised by `W_regularizer`, as in Keras 1."""
        shapes = ((self.input_dim, self.output_dim), (self.output_dim, self.output_dim))
        w, u = (self._kernel(s, "W", f"{kind}_{name}") for s, kind in zip(shapes, "WU", strict=True))
        return w, u, self._bias((self.output_dim,), f"b_{name}", bias_init)  # type: ignore[return-value]

    def _together(self, gates: int, bias_init: Any = "zero") -> None:
        """The weights of all gates in one, beside one another."""
        width = gates * self.output_dim
        self.W = self._kernel((self.input_dim, width))
        self.U = self.add_weight(
            (self.output_dim, width), self.inner_init, name=f"{self.name}_U", regularizer=self.U_regularizer
        )
        self.b = self._bias((width,), "b", bias_init)

    def _parts(self, v: Any, gates: int) -> list[Tensor]:
        return [v.value[..., i * self.output_dim : (i + 1) * self.output_dim] for i in range(gates)]


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
        self._start(input_shape)
        self._together(1)
        self.built = True

    def preprocess_input(self, x: Tensor) -> Tensor:
        """``x W + b``."""
        return time_distributed_dense(x, self.W, self.b.value, self.dropout_W)  # type: ignore[union-attr]

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """One step."""
        h = self.activation(x + K.dot(states[0] * states[1], self.U))
        return h, [h]


class GRU(Recurrent):
    """Gated recurrent unit; the reset gate acts before the recurrent product. Cho et al. 2014, arXiv:1406.1078.

    `inner_activation` is the gates'. For the other arguments see `SimpleRNN`.
    """

    gates = 3

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
        self._start(input_shape)
        if self.consume_less == "gpu":
            self._together(3)
        else:
            self._rows = [self._gate(name) for name in "zrh"]
        self.built = True

    def _weights_of(self, which: int) -> list[Tensor]:
        if self.consume_less == "gpu":
            return self._parts((self.W, self.U, self.b)[which], 3)
        return [row[which].value for row in self._rows]

    def preprocess_input(self, x: Tensor) -> Tensor:
        """``x W + b`` of all three, beside one another."""
        return _all_gates(x, self._weights_of(0), self._weights_of(2), self.dropout_W)

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """One step."""
        h, drops = states[0], states[1:]
        n = self.output_dim
        u_z, u_r, u_h = self._weights_of(1)
        z = self.inner_activation(x[:, :n] + K.dot(h * drops[0], u_z))
        r = self.inner_activation(x[:, n : 2 * n] + K.dot(h * drops[1], u_r))
        candidate = self.activation(x[:, 2 * n :] + K.dot(r * h * drops[2], u_h))
        h = z * h + (1 - z) * candidate
        return h, [h]


class LSTM(Recurrent):
    """Long short-term memory. Hochreiter and Schmidhuber 1997.

    `forget_bias_init` is how the forget gate's bias starts, `inner_activation` the gates'. For the other arguments see
    `SimpleRNN`. The weights come gate by gate, input, candidate, forget, output; with ``consume_less="gpu"`` as one
    `W`, `U` and `b` whose columns are input, forget, candidate, output.
    """

    kept, gates = 2, 4

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
        self._start(input_shape)
        if self.consume_less == "gpu":
            n = self.output_dim

            def bias(shape: Any, name: str | None = None) -> Any:
                start = np.zeros(shape)
                start[n : 2 * n] = K.get_value(self.forget_bias_init((n,)))
                return K.variable(start, name=name)

            self._together(4, bias)
        else:
            self._rows = [self._gate(name, self.forget_bias_init if name == "f" else "zero") for name in "icfo"]
        self.built = True

    def _weights_of(self, which: int) -> list[Tensor]:
        """In the order input, forget, candidate, output."""
        if self.consume_less == "gpu":
            return self._parts((self.W, self.U, self.b)[which], 4)
        i, c, f, o = (row[which].value for row in self._rows)
        return [i, f, c, o]

    def preprocess_input(self, x: Tensor) -> Tensor:
        """``x W + b`` of all four, beside one another."""
        return _all_gates(x, self._weights_of(0), self._weights_of(2), self.dropout_W)

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """One step."""
        h, c, drops = states[0], states[1], states[2:]
        n = self.output_dim
        rows = [
            x[:, k * n : (k + 1) * n] + K.dot(h * drop, u)
            for k, (u, drop) in enumerate(zip(self._weights_of(1), drops, strict=True))
        ]
        i, f, o = (self.inner_activation(rows[k]) for k in (0, 1, 3))
        c = f * c + i * self.activation(rows[2])
        h = o * self.activation(c)
        return h, [h, c]


def _all_gates(x: Tensor, kernels: list[Tensor], biases: list[Tensor], dropout: float) -> Tensor:
    """``x W + b`` for each pair, side by side; with dropout each from features dropped by themselves."""
    if dropout:
        return ops.concatenate([time_distributed_dense(x, w, b, dropout) for w, b in zip(kernels, biases)], -1)
    return time_distributed_dense(x, ops.concatenate(kernels, -1), ops.concatenate(biases, -1))


__all__ = ["GRU", "LSTM", "Recurrent", "SimpleRNN", "time_distributed_dense"]

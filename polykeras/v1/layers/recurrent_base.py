"""What recurrent layers share."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.base.shapes import interpreting
from polykeras.layers.rnn.dropped import product_of_dropped
from polykeras.ops.recurrent_cells import CELLS
from polykeras.typing import Tensor
from polykeras.v1 import activations
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


_HOOKS = ("step", "preprocess_input", "get_constants")
_NAMES = {
    activations.tanh: "tanh",
    activations.sigmoid: "sigmoid",
    activations.relu: "relu",
    activations.linear: "linear",
    activations.hard_sigmoid: "hard_sigmoid_v1",
}
"""What today's ops for whole sequences call Keras 1's activations."""


class Recurrent(AffineLayer):
    """Base class. A subclass defines ``build``, ``step(x, states)`` and ``preprocess_input(x)``.

    It does not extend today's `RNN`: that one repeats a cell, while subclasses here replace `step`, `preprocess_input`
    and `get_constants`, and the weights of each gate may be kept by themselves. What is computed is shared: the step of
    each cell, and today's op for the whole sequence wherever it says all that the layer does.

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
        """Make room for the states that are kept. Raises `ArgumentError` unless the batch size is known."""
        if not self.stateful:
            return
        if input_shape[0] is None:
            raise ArgumentError(
                f"Layer {self.name!r} is stateful, so it needs to know the batch size: give the first layer of the "
                "model batch_input_shape, or Input batch_shape."
            )
        self.states = [K.zeros(self._state_shape(input_shape)) for _ in range(self.kept)]

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
        return [ops.zeros(self._state_shape(x.shape), K.dtype(x)) for _ in range(self.kept)]

    def get_constants(self, x: Tensor) -> list[Any]:
        """What all steps share: in training, factors that drop recurrent connections, one for each gate."""
        rate = getattr(self, "dropout_U", 0)
        if not rate:
            return [1.0] * self.gates
        ones = ops.ones(self._state_shape(x.shape), K.dtype(x))
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
        found = self._whole(x, initial, mask)
        if found is None:
            _, outputs, states = K.rnn(
                self.step,
                self.preprocess_input(x),
                initial,
                go_backwards=self.go_backwards,
                mask=mask,
                constants=self.get_constants(x),
                unroll=self.unroll,
            )
        else:
            outputs, *states = found
        if self.stateful and not interpreting():
            for variable, value in zip(self.states, states, strict=True):
                variable.assign(value)  # type: ignore[union-attr]
        return outputs if self.return_sequences else outputs[:, -1]

    def _whole(self, x: Tensor, initial: list[Tensor], mask: Any) -> Any:
        """All outputs and the last states by today's op for the whole sequence; None where that does something else.

        So it is for activations of one's own, where connections are dropped, where a subclass has a step of its own,
        and where outputs that a mask excludes repeat a state that was kept.
        """
        names = [_NAMES.get(vars(self)[a]) for a in ("activation", "inner_activation") if a in vars(self)]
        own = next((cls for cls in type(self).__mro__ if "run_op" in vars(cls)), None)
        if own is None or None in names or self.uses_learning_phase or (mask is not None and self.stateful):
            return None
        if any(getattr(type(self), hook) is not getattr(own, hook) for hook in _HOOKS):
            return None
        mask = None if mask is None else ops.cast(mask, "bool")
        weights = [self._joined(weight) for weight in "WUb"]
        return self.run_op([x, *initial, *weights, mask], names, {"go_backwards": self.go_backwards})

    # ---- weights of gates ---------------------------------------------------------------------------------------

    gate_names: str  # in the order of today's op

    def _gate(self, name: str, bias_init: Any = "zero") -> None:
        """Make the weights of one gate, such as `W_i`, `U_i` and `b_i`.

        Kept apart, both kernels start by `init` and are penalised by `W_regularizer`, as in Keras 1.
        """
        n = self.output_dim
        setattr(self, f"W_{name}", self._kernel((self.input_dim, n), "W", f"W_{name}"))
        setattr(self, f"U_{name}", self._kernel((n, n), "W", f"U_{name}"))
        setattr(self, f"b_{name}", self._bias((n,), f"b_{name}", bias_init))

    def _together(self, gates: int, bias_init: Any = "zero") -> None:
        """The weights of all gates in one, beside one another."""
        width = gates * self.output_dim
        self.W = self._kernel((self.input_dim, width))
        self.U = self.add_weight(
            (self.output_dim, width), self.inner_init, name=f"{self.name}_U", regularizer=self.U_regularizer
        )
        self.b = self._bias((width,), "b", bias_init)

    def _joined(self, weight: str) -> Tensor:
        """`W`, `U` or `b` of all gates, beside one another in the order of today's op."""
        if self.consume_less == "gpu" or self.gates == 1:
            return getattr(self, weight).value
        return ops.concatenate([getattr(self, f"{weight}_{gate}").value for gate in self.gate_names], -1)

    def _step(self, cell: str, x: Tensor, states: list[Any], gate: Any = None) -> tuple[Tensor, list[Tensor]]:
        """One step of a cell of `polykeras.ops.recurrent_cells`; the states are followed by `get_constants`."""
        before, factors = states[: self.kept], states[self.kept :]
        product = [product_of_dropped(factors)] if self.dropout_U else []
        new, _ = CELLS[cell].step(x, before, [self._joined("U")], self.activation, gate, *product)
        return new[0], new


def all_gates(layer: Recurrent, x: Tensor) -> Tensor:
    """``x W + b`` for each gate, side by side; with dropout each from features dropped by themselves."""
    kernel, bias = layer._joined("W"), layer._joined("b")
    if not layer.dropout_W:
        return time_distributed_dense(x, kernel, bias)
    kernels, biases = (ops.split(v, layer.gates, axis=-1) for v in (kernel, bias))
    parts = [time_distributed_dense(x, w, b, layer.dropout_W) for w, b in zip(kernels, biases, strict=True)]
    return ops.concatenate(parts, -1)

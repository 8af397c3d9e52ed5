"""What the cells of `SimpleRNN`, `LSTM` and `GRU` share."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras import activations, constraints, initializers, ops, random, regularizers
from polykeras.layers.configuration import arguments_of, fraction, known_size, positive
from polykeras.layers.layer import Layer
from polykeras.layers.rnn.dropped import Dropped, held, product_of_dropped
from polykeras.ops.recurrence import Step
from polykeras.ops.recurrent_cells import ACTIVATIONS, CELLS, Product
from polykeras.random.seed_generator import SeedGenerator
from polykeras.typing import Mask, Tensor
from polykeras.variable import Variable


class RecurrentCell(Layer):
    """One step of a recurrent layer, on the products of the inputs and the previous output with two kernels.

    `kernel` is ``(features, gates * units)``, `recurrent_kernel` ``(units, gates * units)``, and `bias`
    ``(gates * units,)`` unless a subclass says otherwise. A subclass names its `kind`,
    and writes `run_op` if there is an op for whole sequences.

    Args:
        units: size of the outputs.
        activation: of the outputs; a name or a function of tensors, None for none.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: how the weights start.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        kernel_constraint, recurrent_constraint, bias_constraint: what the weights are projected to after each update.
        dropout, recurrent_dropout: which fraction of the inputs, of the previous outputs, is dropped in training. The
            same elements are dropped in all steps (Gal and Ghahramani 2016); of the previous outputs, others for each
            gate, and of the inputs too if both are above 0, as in Keras.
        seed: an int for the same dropout in every run.
    """

    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1  # how many tensors the state consists of
    kind: str  # of `polykeras.ops.recurrent_cells.CELLS`
    recurrent_activation: Any = staticmethod(activations.linear)

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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        cls = type(self)
        self.units = positive(cls, "units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = fraction(cls, "dropout", dropout)
        self.recurrent_dropout = fraction(cls, "recurrent_dropout", recurrent_dropout)
        self.seed = seed
        if dropout or recurrent_dropout:
            self.seed_generator = SeedGenerator(seed)
        self.bias: Variable | None = None

    @property
    def state_size(self) -> int | list[int]:
        """The size of the state, or of each of its tensors."""
        return self.units if self.states == 1 else [self.units] * self.states

    @property
    def output_size(self) -> int:
        """The size of the outputs."""
        return self.units

    def get_initial_state(self, batch_size: int) -> list[Tensor]:
        """Zeros."""
        return [ops.zeros((batch_size, self.units), self.compute_dtype) for _ in range(self.states)]

    def build(self, input_shape: Any) -> None:
        """Make the kernels and the bias."""
        self.add_weights((known_size(self, input_shape),), (self.units,))

    def add_weights(self, of_inputs: tuple[int, ...], of_state: tuple[int, ...]) -> None:
        """Make the kernels, whose shapes but for the last axis are given, and the bias."""
        self.kernel = self.add_weight(
            (*of_inputs, self.gates * self.units),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.recurrent_kernel = self.add_weight(
            (*of_state, self.gates * self.units),
            self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
            name="recurrent_kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                self.bias_shape(),
                self.initial_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def bias_shape(self) -> tuple[int, ...]:
        """The shape of the bias."""
        return (self.gates * self.units,)

    def initial_bias(self, shape: Any, dtype: Any = None) -> Tensor:
        """How the bias starts."""
        return self.bias_initializer(shape, dtype=dtype)

    def kernels(self) -> tuple[Tensor | None, list[Tensor]]:
        """The bias of the inputs' product, and what the step multiplies and adds."""
        return (None if self.bias is None else self.bias.value), [self.recurrent_kernel.value]

    def prepare(self, inputs: Tensor, states: list[Tensor], training: bool) -> tuple[Tensor, Step]:
        """What can be computed for all steps at once, and the step that is left.

        `inputs` is ``(..., batch, features)``. The step takes slices of what is returned first.
        """
        bias, weights = self.kernels()
        dropped = self.dropped(tuple(inputs.shape[-len(states[0].shape) :]), states[0], training)
        x, product = self.project(inputs, bias, dropped.inputs), self.recurrent_product(dropped.outputs)
        cell, functions = CELLS[self.kind], (self.activation, self.recurrent_activation)

        def step(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            new, _ = cell.step(x, states, weights, *functions, *product)
            return new[0], new

        return x, step

    def whole(
        self, inputs: Tensor, states: list[Tensor], mask: Mask | None, training: bool, **options: Any
    ) -> tuple[Tensor, list[Tensor]] | None:
        """All outputs and the last states for ``(batch, steps, features)``, by the op that does it at once.

        None where there is no such op, for activations of one's own, and for recurrent dropout.
        """
        names = [_name_of(f) for f in (self.activation, self.recurrent_activation)]
        if None in names or (training and self.recurrent_dropout):
            return None
        dropped = self.dropped((inputs.shape[0], *inputs.shape[2:]), states[0], training)
        if dropped.inputs is not None:
            inputs = ops.multiply(inputs, ops.expand_dims(dropped.inputs[0], 1))
        bias = None if self.bias is None else self.bias.value
        tensors = [inputs, *states, self.kernel.value, self.recurrent_kernel.value, bias, mask]
        found = self.run_op(tensors, names, options)
        return None if found is None else (found[0], list(found[1:]))

    def run_op(self, tensors: list[Any], names: list[str | None], options: dict[str, Any]) -> Any:
        """What the op of the whole sequence gives for its tensors, the names of the two activations, and further options.

        None, as here, if there is no such op: the step is then repeated.
        """
        return None

    def call(self, inputs: Tensor, states: list[Tensor], training: bool = False) -> tuple[Tensor, list[Tensor]]:
        """``output, states`` of one step, inputs ``(batch, features)``."""
        states = list(states) if isinstance(states, (list, tuple)) else [states]
        x, step = self.prepare(inputs, states, training)
        return step(x, states)

    def dropped(self, shape: tuple[int, ...], state: Tensor, training: bool) -> Dropped:
        """What to drop: of the inputs of a step, whose shape is given, and of the previous outputs, the first state.

        Drawn anew unless the cell is in the middle of a sequence.
        """
        if not training:
            return Dropped()
        return held(self) or Dropped(
            self._mask(self.dropout, (self.masks_of_inputs, *shape)),
            self._mask(self.recurrent_dropout, (self.gates, *state.shape)),
        )

    def draw_dropped(self, shape: tuple[int, ...], states: list[Tensor], training: bool) -> dict[int, Dropped]:
        """`dropped`, for `polykeras.layers.rnn.dropped.holding`."""
        return {id(self): self.dropped(shape, states[0], training)}

    @property
    def masks_of_inputs(self) -> int:
        """How many masks the inputs have: one for all gates, or one for each."""
        return self.gates if self.recurrent_dropout else 1

    def _mask(self, rate: float, shape: tuple[int, ...]) -> Tensor | None:
        if not rate:
            return None
        return random.dropout(ops.ones(shape, self.compute_dtype), rate, seed=self.seed_generator)

    def project(self, inputs: Tensor, bias: Tensor | None, masks: Tensor | None) -> Tensor:
        """The product of the inputs, what `masks` drops of them left out, with the kernel, and bias added."""
        kernel = self.kernel.value
        if masks is None:
            x = ops.matmul(inputs, kernel)
        else:
            n = int(masks.shape[0])
            parts = [ops.matmul(ops.multiply(inputs, masks[i]), k) for i, k in enumerate(ops.split(kernel, n, axis=-1))]
            x = ops.concatenate(parts, -1)
        return x if bias is None else ops.add(x, bias)

    def recurrent_product(self, masks: Tensor | None) -> list[Product]:
        """How the state is multiplied with the recurrent kernel, if elements of it are dropped: others for each gate."""
        return [] if masks is None else [product_of_dropped(masks)]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, RecurrentCell)


_NAMES = {getattr(module, name): name for module in (activations, ops) for name in ACTIVATIONS if hasattr(module, name)}


def _name_of(activation: Any) -> str | None:
    """What the ops call the function, if they have it."""
    try:
        return _NAMES.get(activation)
    except TypeError:  # not hashable
        return None

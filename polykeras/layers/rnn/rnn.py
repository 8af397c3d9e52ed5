"""`RNN`: a cell, repeated over the steps of a sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops, tree
from polykeras.errors import ShapeError
from polykeras.layers.base.shapes import without_probes
from polykeras.layers.configuration import arguments_of
from polykeras.layers.layer import Layer
from polykeras.layers.rnn.cells import as_list, check_cell, draw_dropped, initial_state, output_shape, run_cell
from polykeras.layers.rnn.dropped import holding
from polykeras.layers.rnn.recurrent_cell import RecurrentCell
from polykeras.ops.recurrence import repeat_step
from polykeras.typing import Mask, Tensor
from polykeras.variable import Variable


class RNN(Layer):
    """Runs a cell over ``(batch, steps, ...)``.

    Where a mask ``(batch, steps)`` is false, the state stays what it was, and so does the output. With `return_state`,
    the result is a list: the output and then the tensors of the last state.

    Args:
        cell: has `state_size`, an int or a (nested) list of ints, and is called as ``output, states = cell(inputs, states)``.
            It may have an `output_size` and a method ``get_initial_state(batch_size)``.
        return_sequences: whether to return the outputs of all steps, ``(batch, steps, ...)``, or the last one.
        return_state: whether to return the last state too.
        go_backwards: from the last step to the first; outputs of all steps are then in that order.
        stateful: whether a batch starts with the state that the one before ended with. The batch size must be fixed;
            `reset_state` starts afresh.
        unroll: whether to write out the loop, which can be faster and takes more memory.
        zero_output_for_mask: whether the output is 0 where the mask is false.
    """

    _unwalked_attributes = Layer._unwalked_attributes | {"_states"}

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_cell(type(self), cell)
        self.cell = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        self._states: list[Variable] | None = None

    @property
    def states(self) -> list[Variable] | None:
        """Where a stateful layer keeps its state; None before it is built."""
        return self._states

    def _direct_state(self) -> list[Variable]:
        # Not among the weights, which are saved and counted: a state belongs to one batch.
        return super()._direct_state() + (self._states or [])

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build the cell, and make room for the state if it is kept."""
        if isinstance(self.cell, Layer) and not self.cell.built:
            self.cell.build((sequences_shape[0], *sequences_shape[2:]))
        if self.stateful:
            batch_size = sequences_shape[0]
            if batch_size is None:
                raise ShapeError(
                    f"Layer {self.name!r} is stateful and needs a fixed batch size, got {tuple(sequences_shape)}. "
                    "Give it with Input(batch_shape=...), or Input(shape, batch_size=...)."
                )
            self._states = [
                Variable(s, dtype=self.variable_dtype, trainable=False, name="rnn_state")
                for s in tree.flatten(self.get_initial_state(batch_size))
            ]
            for i, v in enumerate(self._states):
                v.path = f"{self.name}/rnn_state_{i}"

    def get_initial_state(self, batch_size: int) -> list[Any]:
        """The state before the first step, by default zeros."""
        return as_list(initial_state(self.cell, batch_size, self.compute_dtype))

    def reset_state(self) -> None:
        """Make the kept state zeros."""
        for v in self._states or ():
            v.assign(ops.zeros(v.shape, v.dtype))

    reset_states = reset_state

    def call(
        self, sequences: Tensor, initial_state: Any = None, mask: Mask | None = None, training: bool = False
    ) -> Any:
        """The outputs."""
        states = self._first_states(initial_state, int(sequences.shape[0]))
        mask = None if mask is None else ops.cast(mask, "bool")
        unroll = self.unroll and without_probes(tuple(sequences.shape))[1] is not None
        options = {"go_backwards": self.go_backwards, "zero_output_for_mask": self.zero_output_for_mask}
        whole = self.cell.whole(sequences, states, mask, training, **options) if self._known and not unroll else None
        if whole is None:
            last, outputs, states = self._repeat(sequences, states, mask, training, unroll=unroll, **options)
        else:
            outputs, states = whole
            last = outputs[:, -1] if sequences.shape[1] else self._no_output(sequences)
        for variable, value in zip(self._states or (), tree.flatten(states), strict=bool(self._states)):
            variable.assign(value)
        result = outputs if self.return_sequences else last
        return [result, *states] if self.return_state else result

    def _first_states(self, given: Any, batch_size: int) -> list[Any]:
        if self._states is not None and self._states[0].shape[0] != batch_size:
            raise ShapeError(
                f"Layer {self.name!r} is stateful: it was built for batches of {self._states[0].shape[0]}, got one of "
                f"{batch_size}. Give batches of that size only, to fit() as a number of samples that it divides."
            )
        initial = self.get_initial_state(batch_size)
        if given is None:
            given = initial if self._states is None else tree.pack_sequence_as(initial, [v.value for v in self._states])
        else:
            tensors = [s if hasattr(s, "shape") else np.asarray(s) for s in tree.flatten(as_list(given))]
            wanted = [tuple(s.shape) for s in tree.flatten(initial)]
            got = [tuple(s.shape) for s in tensors]
            if got != wanted:
                raise ShapeError(
                    f"Layer {self.name!r} expects an initial state of shapes {wanted}, got {got}. Give a tensor for each "
                    f"part of the cell's state_size, {self.cell.state_size}, in a list, or in lists as it has them."
                )
            given = tree.pack_sequence_as(initial, tensors)
        return list(tree.map_structure(lambda s: ops.convert_to_tensor(s, self.compute_dtype), given))

    @property
    def _known(self) -> bool:
        """Whether the cell is one of ours, its step not replaced by a subclass."""
        return isinstance(self.cell, RecurrentCell) and type(self.cell).call is RecurrentCell.call

    def _repeat(
        self, sequences: Tensor, states: list[Any], mask: Mask | None, training: bool, **options: Any
    ) -> tuple[Tensor, Tensor, list[Any]]:
        """``last output, outputs, states`` of the cell, step by step."""
        xs = ops.swapaxes(sequences, 0, 1)

        def step(x: Any, states: list[Any]) -> tuple[Tensor, list[Any]]:
            return run_cell(self.cell, x, states, training)

        with holding(draw_dropped(self.cell, tuple(xs.shape[1:]), states, training)):
            if self._known:
                xs, step = self.cell.prepare(xs, states, training)
            last, outputs, states = repeat_step(
                step,
                xs,
                self._no_output(sequences),
                states,
                None if mask is None else ops.transpose(mask),
                keep_all=self.return_sequences,
                **options,
            )
        return last, ops.swapaxes(outputs, 0, 1) if self.return_sequences else outputs, states

    def _no_output(self, sequences: Tensor) -> Tensor:
        """What counts as the output before the first step."""
        return ops.zeros(output_shape(self.cell, int(sequences.shape[0])), self.compute_dtype)

    def compute_mask(self, inputs: Tensor, previous_mask: Mask | None = None) -> Any:
        """The mask of the inputs, for the outputs of all steps; none for the last output and the states."""
        mask = previous_mask if self.return_sequences else None
        if not self.return_state:
            return mask
        return [mask, *(None for _ in as_list(self.cell.state_size))]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        from polykeras import saving

        config = super().get_config() | arguments_of(self, RNN)
        return config | {"cell": saving.serialize_keras_object(self.cell)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        """The layer that `get_config` described."""
        from polykeras import saving

        return cls(**{**config, "cell": saving.deserialize_keras_object(config["cell"])})

"""`StackedRNNCells`: cells on top of each other, as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import saving, tree
from polykeras.errors import ArgumentError
from polykeras.layers.layer import Layer
from polykeras.layers.rnn.cells import check_cell, draw_dropped, initial_state, output_shape, output_size, run_cell
from polykeras.layers.rnn.dropped import Dropped
from polykeras.typing import Tensor


class StackedRNNCells(Layer):
    """The output of each cell is the input of the next. The state is a list with the state of each cell, in order.

    Args:
        cells: what `RNN` takes as a cell, at least one.
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(cells, (list, tuple)) or not cells:
            raise ArgumentError(f"{type(self).__name__}: cells must be a list of at least one cell, got {cells!r}.")
        for cell in cells:
            check_cell(type(self), cell)
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        """The size of the state of each cell."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        """The size of the last cell's outputs."""
        return output_size(self.cells[-1])

    def get_initial_state(self, batch_size: int) -> list[Any]:
        """That of each cell, by default zeros."""
        return [initial_state(cell, batch_size, self.compute_dtype) for cell in self.cells]

    def build(self, input_shape: Any) -> None:
        """Build each cell for the outputs of the one before."""
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell.build(input_shape)
            input_shape = output_shape(cell, input_shape[0])

    def draw_dropped(self, shape: tuple[int, ...], states: list[Any], training: bool) -> dict[int, Dropped]:
        """What each cell drops in a sequence, by its id."""
        drawn: dict[int, Dropped] = {}
        for cell, state in zip(self.cells, states, strict=True):
            drawn |= draw_dropped(cell, shape, state, training)
            shape = output_shape(cell, shape[0])
        return drawn

    def call(self, inputs: Tensor, states: list[Any], training: bool = False) -> tuple[Tensor, list[Any]]:
        """``output, states`` of one step."""
        new_states = []
        for cell, before in zip(self.cells, states, strict=True):
            inputs, after = run_cell(cell, inputs, before, training)
            new_states.append(tree.pack_sequence_as(before, tree.flatten(after)))
        return inputs, new_states

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | {"cells": [saving.serialize_keras_object(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Layer:
        """The layer that `get_config` described."""
        cells = [saving.deserialize_keras_object(cell, custom_objects) for cell in config["cells"]]
        return cls(**{**config, "cells": cells})

"""What is asked of a recurrent cell, whether it is a layer or any callable with a `state_size`."""

from __future__ import annotations

from typing import Any

from polykeras import ops, tree
from polykeras.errors import ArgumentError
from polykeras.layers.layer import Layer
from polykeras.layers.rnn.dropped import Dropped
from polykeras.typing import Tensor


def check_cell(owner: type, cell: Any) -> None:
    """Raise `ArgumentError`, naming the class that was given it, for what is no cell."""
    if not callable(cell) or not hasattr(cell, "state_size"):
        raise ArgumentError(
            f"{owner.__name__}: a cell must be callable and have a state_size, got {type(cell).__name__}."
        )


def output_size(cell: Any) -> Any:
    """The size of a cell's outputs; if it does not say, that of the first tensor of its state."""
    size = getattr(cell, "output_size", None)
    return tree.flatten(cell.state_size)[0] if size is None else size


def output_shape(cell: Any, batch_size: int) -> tuple[int, ...]:
    """The shape of a cell's outputs."""
    size = output_size(cell)
    return (batch_size, *(size if isinstance(size, tuple) else (size,)))


def draw_dropped(cell: Any, shape: tuple[int, ...], states: Any, training: bool) -> dict[int, Dropped]:
    """What the cell, and the cells inside it, drop in a sequence whose steps have inputs of that shape, by their ids."""
    return cell.draw_dropped(shape, as_list(states), training) if hasattr(cell, "draw_dropped") else {}


def initial_state(cell: Any, batch_size: int, dtype: str) -> Any:
    """The state before the first step: what the cell says, or zeros in the form of its `state_size`."""
    if hasattr(cell, "get_initial_state"):
        return cell.get_initial_state(batch_size=batch_size)
    return tree.map_structure(lambda n: ops.zeros((batch_size, n), dtype), cell.state_size)


def run_cell(cell: Any, inputs: Tensor, states: Any, training: bool) -> tuple[Tensor, list[Any]]:
    """``output, states`` of one step; the cell gets a list and may return anything."""
    options = {"training": training} if isinstance(cell, Layer) else {}
    output, new = cell(inputs, as_list(states), **options)
    return output, as_list(new)


def as_list(states: Any) -> list[Any]:
    """A state of one tensor or of several as a list."""
    return list(states) if tree.is_nested(states) else [states]

"""What the cells of `LSTM` and `GRU` share beyond `RecurrentCell`."""

from __future__ import annotations

from typing import Any

from polykeras import activations
from polykeras.layers.configuration import parameters
from polykeras.layers.rnn.recurrent_cell import RecurrentCell


class GatedCell(RecurrentCell):
    """A cell whose gates have an activation of their own, `recurrent_activation`."""

    def __init__(self, arguments: dict[str, Any], *, implementation: int = 2, **kwargs: Any) -> None:
        """Take from `arguments`, the ``locals()`` of a subclass's constructor, what every cell has.

        `implementation` chose between two ways of computing the same in older Keras; it is accepted and has no effect.
        """
        super().__init__(**{k: arguments[k] for k in parameters(RecurrentCell)}, **kwargs)
        self.recurrent_activation = activations.get(arguments["recurrent_activation"])
        self.implementation = implementation

"""What `SimpleRNN`, `LSTM` and `GRU` share: a layer that makes its own cell."""

from __future__ import annotations

from typing import Any

from polykeras.graph.names import snake_case
from polykeras.layers.configuration import arguments_of, parameters
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.rnn.recurrent_cell import RecurrentCell
from polykeras.layers.rnn.rnn import RNN


class CellRNN(RNN):
    """An `RNN` that makes its own cell: what `SimpleRNN`, `LSTM` and `GRU` share."""

    def __init__(self, cell: type[RecurrentCell], arguments: dict[str, Any], **kwargs: Any) -> None:
        """Divide `arguments`, a constructor's ``locals()``, by name between a cell and the layer itself."""
        of_cell = {k: v for k, v in arguments.items() if k in parameters(cell)}
        own = {k: v for k, v in arguments.items() if k in (*parameters(RNN), "activity_regularizer")}
        shared: dict[str, Any] = {k: kwargs[k] for k in ("dtype", "trainable") if k in kwargs}
        shared["name"] = snake_case(cell.__name__)
        super().__init__(cell(**of_cell, **shared), **own, **kwargs)
        self.input_spec = InputSpec(ndim=3)

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build the cell, and make room for the state if it is kept."""
        super().build(sequences_shape, initial_state_shape)
        self.input_spec = InputSpec(ndim=3, axes={-1: sequences_shape[-1]})

    def __getattr__(self, name: str) -> Any:
        # The cell's arguments are the layer's too: `layer.units`.
        cell = vars(self).get("cell")
        if cell is not None and name in parameters(type(cell)):
            return getattr(cell, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        of_cell = {k: v for k, v in self.cell.get_config().items() if k not in ("name", "trainable", "dtype")}
        own = {k: v for k, v in arguments_of(self, RNN).items() if k != "cell"}
        return Layer.get_config(self) | own | of_cell

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        """The layer that `get_config` described."""
        return cls(**config)

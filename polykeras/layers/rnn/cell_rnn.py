"""What `SimpleRNN`, `LSTM` and `GRU` share: a layer that makes its own cell."""

from __future__ import annotations

from typing import Any, ClassVar

from polykeras.graph.names import snake_case
from polykeras.layers.configuration import arguments_of, parameters
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.rnn.gated_cell import GatedCell
from polykeras.layers.rnn.recurrent_cell import RecurrentCell
from polykeras.layers.rnn.rnn import RNN


class CellRNN(RNN):
    """An `RNN` that makes its own cell: what `SimpleRNN`, `LSTM` and `GRU` share.

    The cell's constructor says which arguments it has, what they mean and what fits them. A subclass names the cell and
    repeats the arguments in its signature.
    """

    cell_class: ClassVar[type[RecurrentCell]]

    def __init__(self, arguments: dict[str, Any], **kwargs: Any) -> None:
        """Divide `arguments`, a constructor's ``locals()``, by name between a cell and the layer itself.

        Of `kwargs`, `dtype` and `trainable` are for both, and `implementation` is for a cell that takes it.
        """
        of_cell = {k: v for k, v in arguments.items() if k in _cell_arguments(self.cell_class)}
        own = {k: v for k, v in arguments.items() if k in (*parameters(RNN), "activity_regularizer")}
        of_cell |= {k: kwargs[k] for k in ("dtype", "trainable") if k in kwargs}
        if issubclass(self.cell_class, GatedCell) and "implementation" in kwargs:
            of_cell["implementation"] = kwargs.pop("implementation")
        super().__init__(self.cell_class(**of_cell, name=snake_case(self.cell_class.__name__)), **own, **kwargs)
        self.input_spec = InputSpec(ndim=self.step_axes + 2)

    @property
    def step_axes(self) -> int:
        """How many axes the inputs have at one step, without the batch."""
        return 1

    @property
    def feature_axis(self) -> int:
        """The axis of the inputs whose size the weights depend on."""
        return -1

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build the cell, and make room for the state if it is kept."""
        super().build(sequences_shape, initial_state_shape)
        axis = self.feature_axis
        self.input_spec = InputSpec(ndim=self.step_axes + 2, axes={axis: sequences_shape[axis]})

    def __getattr__(self, name: str) -> Any:
        # The cell's arguments are the layer's too: `layer.units`.
        cell = vars(self).get("cell")
        if cell is not None and name in _cell_arguments(type(cell)):
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


def _cell_arguments(cell: type[RecurrentCell]) -> frozenset[str]:
    """The names of the arguments of a cell, those that it hands on to the classes it extends included."""
    return frozenset(n for c in cell.__mro__ if issubclass(c, RecurrentCell) for n in parameters(c))

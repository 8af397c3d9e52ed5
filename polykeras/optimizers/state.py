"""The variables that an optimizer keeps: how they are made, named, saved and loaded."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from polykeras import initializers
from polykeras.errors import ArgumentError
from polykeras.scope import backend_scope
from polykeras.variable import Variable


class OptimizerState:
    """An ordered list of variables, named as Keras names them, so that either reads the state that the other saved."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._variables: list[Variable] = []

    @property
    def variables(self) -> list[Variable]:
        """All state: the step count, the learning rate, and what `build` made, in Keras's order."""
        return list(self._variables)

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        name: str | None = None,
    ) -> Variable:
        """A new variable of the optimizer."""
        if isinstance(initializer, (str, dict)):
            initializer = initializers.get(initializer)
        variable = Variable(initializer, tuple(shape), dtype, trainable=False, aggregation=aggregation, name=name)
        variable.path = f"{self.name}/{variable.name}"
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """A new variable with the shape, dtype and place of another."""
        name = f"{reference_variable.path.replace('/', '_')}_{name or 'var'}"
        with backend_scope(reference_variable.backend):
            return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype, name=name)

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """A list with a new variable for each of `trainable_variables`; with a list of names, such a list for each."""
        if isinstance(name, str):
            return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]
        made: tuple[list[Variable], ...] = tuple([] for _ in name)
        starts = initializer if isinstance(initializer, (list, tuple)) else [initializer] * len(made)
        for v in trainable_variables:
            for own, label, start in zip(made, name, starts, strict=True):
                own.append(self.add_variable_from_reference(v, label, start))
        return made

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign the values of `variables`, given in that order."""
        if len(weights) != len(self.variables):
            raise ArgumentError(f"{self.name} has {len(self.variables)} variables, got {len(weights)} values.")
        for v, value in zip(self.variables, weights):
            v.assign(value)

    def save_own_variables(self, store: Any) -> None:
        """Write the values of `variables` into a mapping, under ``"0"``, ``"1"`` ..."""
        for i, v in enumerate(self.variables):
            store[str(i)] = v.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Read what `save_own_variables` wrote.

        As in Keras, a state with another number of variables is left out, with a warning: an optimizer that is not built
        yet, or has other variables to train, starts anew.
        """
        if len(store) != len(self.variables):
            warnings.warn(
                f"{self.name}: the saved state has {len(store)} variables and is left out, since the optimizer has "
                f"{len(self.variables)}. Build it, for the same variables, if it is to go on where it was.",
                UserWarning,
                stacklevel=2,
            )
            return
        self.set_weights([store[str(i)] for i in range(len(store))])

"""`Metric`: the base class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError
from polykeras.saving.lookup import snake_case
from polykeras.variable import StatelessScope, Variable


class Metric:
    """A number gathered over batches in variables.

    A subclass makes variables with `add_variable`, changes them in ``update_state(self, ...)``, and computes the number
    in ``result(self)``. All of it may run in a compiled step, so it is written on `polykeras.ops`.
    """

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or snake_case(type(self).__name__)
        self._dtype = dtypes.standardize(getattr(dtype, "compute_dtype", dtype))
        self._variables: list[tuple[Variable, Any]] = []

    @property
    def dtype(self) -> str:
        """The dtype of the variables."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The state: its own variables, and those of metrics among its attributes."""
        own = [v for v, _ in self._variables]
        for value in vars(self).values():
            if isinstance(value, Metric):
                own += value.variables
        return own

    def add_variable(
        self, shape: Sequence[int] = (), initializer: Any = "zeros", dtype: Any = None, name: str | None = None
    ) -> Variable:
        """A new variable, which `reset_state` sets back to what `initializer` gives."""
        from polykeras import initializers

        start = initializers.get(initializer) if isinstance(initializer, (str, dict)) else initializer
        variable = Variable(start, tuple(shape), dtype or self._dtype, trainable=False, name=name or "variable")
        variable.path = f"{self.name}/{variable.name}"
        self._variables.append((variable, start))
        return variable

    add_weight = add_variable

    def reset_state(self) -> None:
        """Start afresh."""
        for variable, start in self._variables:
            variable.assign(start(variable.shape, dtype=variable.dtype) if callable(start) else start)
        for value in vars(self).values():
            if isinstance(value, Metric):
                value.reset_state()

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take a batch in."""
        raise ArgumentError(f"Metric {type(self).__name__} defines no update_state().")

    def result(self) -> Any:
        """The number so far, a scalar tensor; or a dictionary of such."""
        raise ArgumentError(f"Metric {type(self).__name__} defines no result().")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(self, metric_variables: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The values of the variables after a batch, from those before it."""
        with StatelessScope(zip(self.variables, metric_variables, strict=True)) as scope:
            self.update_state(*args, **kwargs)
        return [scope.value_of(v) for v in self.variables]

    def stateless_result(self, metric_variables: list[Any]) -> Any:
        """The number for these values of the variables."""
        with StatelessScope(zip(self.variables, metric_variables, strict=True)):
            return self.result()

    def stateless_reset_state(self) -> list[Any]:
        """The values of the variables at the start."""
        with StatelessScope() as scope:
            self.reset_state()
        return [scope.value_of(v) for v in self.variables]

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make an equal metric."""
        return {"name": self.name, "dtype": self._dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """The metric that `get_config` described."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"

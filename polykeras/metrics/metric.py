"""`Metric`: the base class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from polykeras import dtypes, initializers
from polykeras.errors import ArgumentError
from polykeras.graph.names import unique_name
from polykeras.typing import Tensor
from polykeras.variable import StatelessScope, Variable


class Metric:
    """A number gathered over batches in variables.

    A subclass makes variables with `add_variable`, changes them in ``update_state(self, ...)``, and computes the number
    in ``result(self)``. All of it may run in a compiled step, so it is written on `polykeras.ops`:

        class LargestError(Metric):
            def __init__(self, name="largest_error"):
                super().__init__(name=name)
                self.largest = self.add_variable(initializer="zeros", name="largest")

            def update_state(self, y_true, y_pred, sample_weight=None):
                error = ops.max(ops.abs(ops.subtract(y_true, y_pred)))
                self.largest.assign(ops.maximum(self.largest.value, error))

            def result(self):
                return self.largest.value

    A metric whose variables depend on the shapes of the data sets ``built = False`` in its constructor, and makes them in
    `build`, which `update_state` calls on the first batch.

    Args:
        dtype: of the variables; by default the default float.
        name: for logs; by default made from the class's name.
    """

    built = True
    """Whether the variables are there."""

    _direction: str | None = None
    """Whether ``"up"`` or ``"down"`` is better, for callbacks that watch the metric. The name is Keras's."""

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or unique_name(type(self).__name__)
        self._dtype = dtypes.standardize(getattr(dtype, "compute_dtype", dtype))
        self._starts: list[tuple[Variable, Any]] = []  # own variables, and what makes their values at the start

    # ---- to override -------------------------------------------------------------------------------------------

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take a batch in."""
        raise ArgumentError(f"{type(self).__name__} defines no update_state().")

    def build(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        """Make the variables for targets and predictions of these shapes. By default they are there already."""

    def result(self) -> Any:
        """The number so far, a scalar tensor; or a dictionary of such."""
        raise ArgumentError(f"{type(self).__name__} defines no result().")

    def reset_state(self) -> None:
        """Start afresh."""
        for variable, start in self._starts:
            variable.assign(start(variable.shape, dtype=variable.dtype) if callable(start) else start)
        for metric in self._inner_metrics():
            metric.reset_state()

    # ---- variables ---------------------------------------------------------------------------------------------

    def add_variable(
        self,
        shape: Sequence[int] = (),
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """A new variable, which `reset_state` sets back to what `initializer` gives."""
        start = initializers.get("zeros" if initializer is None else initializer)
        kind = dtypes.standardize(dtype or self._dtype)
        variable = Variable(start, tuple(shape), kind, trainable=False, aggregation=aggregation, name=name)
        variable.path = f"{self.name}/{variable.name}"
        self._starts.append((variable, start))
        return variable

    def add_weight(
        self, shape: Sequence[int] = (), initializer: Any = None, dtype: Any = None, name: str | None = None
    ) -> Variable:
        """`add_variable`, by its other name."""
        return self.add_variable(shape, initializer, dtype, name=name)

    @property
    def variables(self) -> list[Variable]:
        """The state: its own variables, then those of metrics among its attributes."""
        found = {id(v): v for v, _ in self._starts}
        for value in vars(self).values():
            if isinstance(value, Variable):
                found.setdefault(id(value), value)
        for metric in self._inner_metrics():
            found.update((id(v), v) for v in metric.variables)
        return list(found.values())

    def _inner_metrics(self) -> Iterator[Metric]:
        for value in vars(self).values():
            members = value if isinstance(value, (list, tuple)) else [value]
            yield from (m for m in members if isinstance(m, Metric))

    @property
    def dtype(self) -> str:
        """The dtype of the variables."""
        return self._dtype

    # ---- calling -----------------------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(self, metric_variables: Sequence[Tensor], *args: Any, **kwargs: Any) -> list[Tensor]:
        """The values of the variables after a batch, from those before it."""
        with self._scope(metric_variables) as scope:
            self.update_state(*args, **kwargs)
            return [scope.value_of(v) for v in self.variables]

    def stateless_result(self, metric_variables: Sequence[Tensor]) -> Any:
        """The number for these values of the variables."""
        with self._scope(metric_variables):
            return self.result()

    def stateless_reset_state(self) -> list[Tensor]:
        """The values of the variables at the start."""
        self._require_variables()
        with StatelessScope() as scope:
            self.reset_state()
            return [scope.value_of(v) for v in self.variables]

    def _scope(self, values: Sequence[Tensor]) -> StatelessScope:
        self._require_variables()
        own = self.variables
        if len(values) != len(own):
            raise ArgumentError(f"Metric {self.name!r} has {len(own)} variables, got {len(values)} values.")
        return StatelessScope(zip(own, values, strict=True))

    def _require_variables(self) -> None:
        if not self.built:
            raise ArgumentError(
                f"Metric {self.name!r} has no variables yet: call build(y_true_shape, y_pred_shape), or update_state() on "
                "a batch, before using it as a pure function."
            )

    # ---- configuration -----------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"name": self.name, "dtype": self._dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """The metric that `get_config` described."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"

"""The pure step: ``(state, batch) -> (state, logs)``, made from a model's methods on a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import ops, tree
from polykeras.errors import ArgumentError
from polykeras.variable import StatelessScope, Variable


class PureStep:
    """One of a model's ``train_step``, ``test_step`` and ``predict_step`` as a pure function of its variables.

    `variables` are all that the step may change or read; `state` is the list of their values, in that order. Without
    `keeps_logs`, what the method returns is dropped: the metrics' variables hold it already, and their results are then
    computed only when somebody looks.
    """

    def __init__(self, method: Callable[[Any], Any], variables: list[Variable], keeps_logs: bool = True) -> None:
        self.method = method
        self.variables = variables
        self.keeps_logs = keeps_logs

    def read(self) -> list[Any]:
        """The state as stored in the variables."""
        return [v._value for v in self.variables]

    def write(self, state: list[Any]) -> None:
        """Store a state in the variables."""
        for variable, value in zip(self.variables, state, strict=True):
            variable._value = value

    def __call__(self, state: list[Any], batch: Any) -> tuple[list[Any], Any]:
        """The state after the step, and its logs."""
        with StatelessScope(zip(self.variables, state, strict=True)) as scope:
            logs = self.method(batch)
            changed = [scope.value_of(v) for v in self.variables]
            _refuse_untracked(scope, self.variables)
        return changed, logs if self.keeps_logs else None

    def over_rows(self, state: list[Any], data: Any, rows: Any) -> tuple[list[Any], Any]:
        """Many steps in one call: step i uses the samples of `data` that ``rows[i]`` names. The logs are the last's."""

        def body(carry: list[Any], index: Any) -> tuple[list[Any], Any]:
            return self(carry, tree.map_structure(lambda a: ops.take(a, index, axis=0), data))

        state, logs = ops.scan(body, state, rows)
        return state, tree.map_structure(lambda values: values[-1], logs)


def _refuse_untracked(scope: StatelessScope, variables: list[Variable]) -> None:
    known = {id(v) for v in variables}
    lost = scope.assigned_beyond(known)
    if lost:
        raise ArgumentError(
            f"A training step assigned {len(lost)} variable(s) that do not belong to the model, its optimizer or its "
            "metrics; their new values would be lost. Make them attributes of the model or of one of its layers: "
            + ", ".join(v.path for v in lost)
        )

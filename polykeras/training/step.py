"""The pure step: ``(state, batch) -> (state, logs)``, made from a model's methods on a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polykeras import ops, tree
from polykeras.errors import ArgumentError
from polykeras.variable import StatelessScope, Variable

State = tuple[list[Any], list[Any]]


class PureStep:
    """One of a model's ``train_step``, ``test_step`` and ``predict_step`` as a pure function of its variables.

    The state has two parts: the values of `own` variables, the model's, and of `shared` ones, which other models read
    too. Without `keeps_logs`, what the method returns is dropped: the metrics' variables hold it already, and their
    results are then computed only when somebody looks.
    """

    def __init__(
        self,
        method: Callable[[Any], Any],
        own: Sequence[Variable],
        shared: Sequence[Variable] = (),
        keeps_logs: bool = True,
    ) -> None:
        self.method = method
        self.own = list(own)
        self.shared = list(shared)
        self.keeps_logs = keeps_logs
        self.log_names: list[Any] = []  # in the method's order, which a compiled step does not keep

    def read(self) -> State:
        """The state as stored in the variables, for a compiled step: it is handed over."""
        return [v._value for v in self.own], [v._value for v in self.shared]

    def lend(self) -> State:
        """The state as stored in the variables, for a step that runs as it is written and may keep what it reads."""
        return [v._stored() for v in self.own], [v._stored() for v in self.shared]

    def write(self, own: list[Any], shared: list[Any]) -> None:
        """Store a state in the variables. None stands for a value that has not changed."""
        for variables, values in ((self.own, own), (self.shared, shared)):
            for variable, value in zip(variables, values, strict=True):
                if value is not None:
                    variable._value = value

    def __call__(self, own: list[Any], shared: list[Any], batch: Any) -> tuple[list[Any], list[Any], Any]:
        """Both parts of the state after the step, and its logs."""
        return self._run(own, shared, batch, only_changes=False)

    def changes(self, own: list[Any], shared: list[Any], batch: Any) -> tuple[list[Any], list[Any], Any]:
        """As a call, with None in place of what the step has not assigned.

        For steps that leave most of the state alone: others may be using or training the model meanwhile.
        """
        return self._run(own, shared, batch, only_changes=True)

    def _run(self, own: list[Any], shared: list[Any], batch: Any, only_changes: bool) -> Any:
        pairs = [*zip(self.own, own, strict=True), *zip(self.shared, shared, strict=True)]
        with StatelessScope(pairs) as scope:
            logs = self.method(batch)
            if isinstance(logs, dict):
                self.log_names = list(logs)
            changed = {id(v) for v in scope.assigned_beyond(set())}
            self._refuse_others(scope)

            def after(variables: list[Variable]) -> list[Any]:
                return [None if only_changes and id(v) not in changed else scope.value_of(v) for v in variables]

            return after(self.own), after(self.shared), logs if self.keeps_logs else None

    def _refuse_others(self, scope: StatelessScope) -> None:
        lost = scope.assigned_beyond({id(v) for v in [*self.own, *self.shared]})
        if lost:
            raise ArgumentError(
                f"A step assigned {len(lost)} variable(s) that do not belong to the model, its optimizers or its "
                "metrics; their new values would be lost. Make them attributes of the model or of one of its layers, "
                "and build optimizers of your own before training: " + ", ".join(v.path for v in lost)
            )

    def over_rows(
        self,
        own: list[Any],
        shared: list[Any],
        data: Any,
        rows: Any,
        only_changes: bool = False,
        keeps_all: bool = False,
    ) -> tuple[list[Any], list[Any], Any]:
        """Many steps in one call: step i uses the samples of `data` that ``rows[i]`` names.

        The logs are the last step's; with `keeps_all` those of all, one after the other along the first axis.
        """
        changed: set[int] = set()

        def body(carry: State, index: Any) -> tuple[State, Any]:
            batch = tree.map_structure(lambda a: ops.take(a, index, axis=0), data)
            before = [*carry[0], *carry[1]]
            own, shared, logs = self(*carry, batch)
            changed.update(i for i, (a, b) in enumerate(zip(before, [*own, *shared], strict=True)) if a is not b)
            return (own, shared), logs

        (own, shared), logs = ops.scan(body, (own, shared), rows)
        if only_changes:
            values = [v if i in changed else None for i, v in enumerate([*own, *shared])]
            own, shared = values[: len(own)], values[len(own) :]
        return own, shared, tree.map_structure(_merged if keeps_all else _last, logs)


def _last(values: Any) -> Any:
    return None if values is None else values[-1]


def _merged(values: Any) -> Any:
    """(steps, rows, ...) as (steps x rows, ...)."""
    return ops.reshape(values, (-1, *values.shape[2:]))

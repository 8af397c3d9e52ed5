"""Computing symbolic tensors: `function`, `gradients`, `eval`, and the learning phase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from polykeras import ops, tree
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation
from polykeras.layers.base.nested_calls import calls
from polykeras.layers.core.input_layer import InputLayer
from polykeras.scope import backend_scope, current_backend, local
from polykeras.training.differentiate import value_and_gradients
from polykeras.v1.backend import common
from polykeras.v1.backend.variables import ReadVariable, running
from polykeras.variable import StatelessScope, Variable

# ---- the learning phase ----------------------------------------------------------------------------------------


class _Phase(Operation):
    """The node of a graph that says whether the model is training."""

    def __call__(self) -> Any:
        return int(bool(calls.training))


_phase: list[Any] = [None, None]  # the symbolic tensor, the number that was set


def learning_phase() -> Any:
    """0 when testing, 1 when training: a number while something runs or after `set_learning_phase`, else symbolic."""
    if _phase[1] is not None:
        return _phase[1]
    if running():
        return int(bool(calls.training))
    if _phase[0] is None:
        _phase[0] = KerasTensor((), "uint8", "keras_learning_phase")
        Node(_Phase("keras_learning_phase"), (), {}, _phase[0])
    return _phase[0]


def set_learning_phase(value: int) -> None:
    """Fix the learning phase at 0 or 1."""
    if value not in (0, 1):
        raise ArgumentError(f"set_learning_phase: 0 or 1 was wanted, got {value!r}.")
    _phase[1] = int(value)


def clear_session() -> None:
    """Count names afresh, and let the learning phase depend on the step again."""
    common.reset_uids()
    _phase[:] = [None, None]


def in_train_phase(x: Any, alt: Any) -> Any:
    """`x` when training, else `alt`. Either may be a function without arguments."""
    phase = learning_phase()
    if isinstance(phase, int):
        return _called(x if phase else alt)
    x, alt = _called(x), _called(alt)
    tensor = KerasTensor(x.shape, x.dtype)
    Node(_PhaseChoice(common.unique("in_train_phase")), (phase, _plain(x), _plain(alt)), {}, tensor)
    return tensor


def in_test_phase(x: Any, alt: Any) -> Any:
    """`x` when testing, else `alt`. Either may be a function without arguments."""
    return in_train_phase(alt, x)


class _PhaseChoice(Operation):
    """One of two tensors, by the learning phase."""

    def __call__(self, phase: Any, x: Any, alt: Any) -> Any:
        return x if int(phase) else alt


def _called(x: Any) -> Any:
    return x() if callable(x) and not hasattr(x, "shape") else x


def _plain(x: Any) -> Any:
    return x.value if isinstance(x, Variable) else x


# ---- running a graph -------------------------------------------------------------------------------------------


def nodes_for(outputs: Iterable[KerasTensor], known: Iterable[int] = ()) -> list[Node]:
    """The nodes that lead to `outputs` from sources and from the tensors whose ids are known, in order."""
    given, done, order = set(known), set(), []
    for output in outputs:
        stack: list[tuple[KerasTensor, bool]] = [(output, False)]
        while stack:
            x, expanded = stack.pop()
            if id(x) in given or x.node is None or id(x.node) in done:
                continue
            if expanded:
                done.add(id(x.node))
                order.append(x.node)
            else:
                stack.append((x, True))
                stack.extend((y, False) for y in reversed(x.node.inputs))
    return order


def placeholders_of(outputs: Iterable[KerasTensor]) -> list[KerasTensor]:
    """The placeholders and inputs that `outputs` depend on."""
    outputs = list(outputs)
    found: dict[int, KerasTensor] = {id(x): x for x in outputs if _is_placeholder(x)}
    for node in nodes_for(outputs):
        found.update((id(x), x) for x in (*node.inputs, *node.output_leaves) if _is_placeholder(x))
    return list(found.values())


def _is_placeholder(x: KerasTensor) -> bool:
    return x.node is None or isinstance(x.node.operation, InputLayer)


def compute(outputs: Sequence[Any], values: dict[int, Any], probes: dict[int, Any] | None = None) -> list[Any]:
    """The values of symbolic tensors, from those under the ids of others. Other things stand for themselves.

    `probes`, by the ids of tensors, are added to these as soon as they have a value: to differentiate by.
    """
    values = dict(values)
    probes = probes or {}
    for key in [k for k in values if k in probes]:
        values[key] = ops.add(values[key], probes[key])
    wanted = [x for x in outputs if type(x) is KerasTensor]
    for node in nodes_for(wanted, values):
        missing = [x for x in (*node.inputs, *node.output_leaves) if _is_placeholder(x) and id(x) not in values]
        if missing:
            raise _no_value(missing[0])
        result = node.call_with(values)
        single = len(node.output_leaves) == 1 and not isinstance(result, (list, tuple, dict))
        for x, value in zip(node.output_leaves, [result] if single else tree.flatten(result), strict=True):
            values[id(x)] = ops.add(value, probes[id(x)]) if id(x) in probes else value
    for x in wanted:
        if id(x) not in values:
            raise _no_value(x)
    return [values[id(x)] if type(x) is KerasTensor else _plain(x) for x in outputs]


def _no_value(x: KerasTensor) -> ArgumentError:
    return ArgumentError(
        f"The result depends on the placeholder {x.name!r} of shape {x.shape}, which was given no value: list it among "
        "the inputs of the function."
    )


def evaluate(outputs: Sequence[Any], values: dict[int, Any], updates: Any = (), training: Any = None) -> list[Any]:
    """`compute` as a step: variables then get the values of `updates`, all computed from those before it."""
    before = calls.training
    calls.training = training
    pairs = [pair for pair in updates if isinstance(pair, tuple)]
    extra = [u for u in updates if not isinstance(u, tuple)]
    try:
        with StatelessScope() as scope:
            results = compute([*outputs, *(new for _, new in pairs), *extra], values)
            for (target, _), new in zip(pairs, results[len(outputs) :]):
                target.assign(new)
            changed = [(v, scope.value_of(v)) for v in scope.assigned_beyond(set())]
    finally:
        calls.training = before
    for variable, value in changed:
        variable.assign(value)
    return results[: len(outputs)]


def evaluate_to_numpy(x: Any) -> Any:
    """The value of a tensor, variable or symbolic tensor that depends on no placeholder, as an ndarray."""
    if isinstance(x, Variable):
        return x.numpy()
    if type(x) is not KerasTensor:
        return ops.convert_to_numpy(x)
    return ops.convert_to_numpy(evaluate([x], {})[0])


def eval(x: Any) -> Any:
    """The value of `x`, a variable or an expression of variables, as an ndarray."""
    return evaluate_to_numpy(x)


class Function:
    """See `function`."""

    def __init__(self, inputs: Any, outputs: Any, updates: Any = (), **kwargs: Any) -> None:
        for name, given in (("inputs", inputs), ("outputs", outputs), ("updates", updates)):
            if not isinstance(given, (list, tuple)):
                raise ArgumentError(f"function: {name} must be a list, got {type(given).__name__}.")
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.updates = [u for u in updates if u is not None]

    def __call__(self, inputs: Any) -> list[Any]:
        """The outputs as ndarrays for these values of the inputs."""
        if not isinstance(inputs, (list, tuple)):
            raise ArgumentError(f"A function takes a list of values, got {type(inputs).__name__}.")
        if len(inputs) != len(self.inputs):
            raise ArgumentError(f"The function has {len(self.inputs)} inputs, got {len(inputs)} values.")
        training, values = None, {}
        home = _home([*self.outputs, *(x for u in self.updates for x in u)])
        with backend_scope(home):
            for x, value in zip(self.inputs, inputs, strict=True):
                if x is _phase[0]:
                    training = bool(value)
                    values[id(x)] = int(training)
                elif type(x) is KerasTensor:
                    values[id(x)] = ops.convert_to_tensor(value, x.dtype)
            results = evaluate(self.outputs, values, self.updates, training)
            return [ops.convert_to_numpy(y) for y in results]


def function(inputs: Any, outputs: Any, updates: Any = (), **kwargs: Any) -> Function:
    """A function of a list of ndarrays that computes `outputs` from values of `inputs`, then makes the `updates`.

    Args:
        inputs: placeholders, inputs of models, the learning phase, or any other symbolic tensors.
        outputs: symbolic tensors.
        updates: pairs of a variable and its new value; all new values are computed from the old ones.
    """
    return Function(inputs, outputs, updates, **kwargs)


def _home(outputs: Sequence[Any]) -> Any:
    """The backend that the variables behind `outputs` are on."""
    for x in outputs:
        if isinstance(x, Variable):
            return x.backend
    for node in nodes_for(x for x in outputs if type(x) is KerasTensor):
        if isinstance(node.operation, ReadVariable):
            return node.operation.variable.backend
        for v in getattr(node.operation, "weights", ()):
            return v.backend
    return local.backend or current_backend()


# ---- gradients -------------------------------------------------------------------------------------------------


class _Gradients(Operation):
    """The node that differentiates `loss` by `targets` when it runs, from the values of the placeholders."""

    def __init__(self, loss: KerasTensor, targets: list[Any], sources: list[KerasTensor]) -> None:
        super().__init__(common.unique("gradients"))
        self.loss, self.targets, self.sources = loss, targets, sources

    def __call__(self, *given: Any) -> Any:
        values = {id(x): value for x, value in zip(self.sources, given, strict=True)}
        tensors = [x for x in self.targets if type(x) is KerasTensor]
        now = compute(tensors, values)
        probes = [Variable(lambda shape, dtype: ops.zeros(shape, dtype), ops.shape(v), ops.dtype(v)) for v in now]
        variables = [x for x in self.targets if isinstance(x, Variable)]

        def loss() -> Any:
            added = {id(x): p.value for x, p in zip(tensors, probes, strict=True)}
            return ops.sum(compute([self.loss], values, added)[0])

        _, gradients = value_and_gradients(loss, [*variables, *probes])
        by_target = dict(zip(map(id, [*variables, *tensors]), gradients, strict=True))
        return [by_target[id(x)] for x in self.targets]


def gradients(loss: Any, variables: Any) -> list[KerasTensor]:
    """Symbolic gradients of (the sum of) `loss` with respect to variables or other symbolic tensors.

    They are computed by the rule table, or by the backend's own differentiation, when a function asks for their values.
    """
    targets = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    if type(loss) is not KerasTensor:
        raise ArgumentError(f"gradients: a symbolic loss was wanted, got {type(loss).__name__}.")
    sources = placeholders_of([loss, *(x for x in targets if type(x) is KerasTensor)])
    results = [KerasTensor(x.shape, x.dtype) for x in targets]
    Node(_Gradients(loss, targets, sources), tuple(sources), {}, results)
    return results


def stop_gradient(variables: Any) -> Any:
    """The same value, a constant for gradients."""
    return ops.stop_gradient(variables)

"""Computing symbolic tensors, and their gradients, from values for those that they depend on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from polykeras import masking, ops, tree
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation
from polykeras.layers.core.input_layer import InputLayer
from polykeras.training.differentiate import value_and_gradients
from polykeras.v1.backend import common
from polykeras.v1.backend.phase import plain
from polykeras.variable import StatelessScope, Variable

Values = dict[int, Any]
"""Values by the ids of the symbolic tensors that they stand for."""


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


def compute(outputs: Sequence[Any], values: Values) -> list[Any]:
    """The values of symbolic tensors, from those under the ids of others. Other things stand for themselves."""
    found = run_graph([x for x in tree.flatten(outputs) if type(x) is KerasTensor], values, {})
    return [tree.map_structure(lambda y: found[id(y)] if type(y) is KerasTensor else plain(y), x) for x in outputs]


def run_graph(wanted: Sequence[KerasTensor], given: Values, probes: Values) -> Values:
    """The values of `wanted` and of all that had to be computed for them, from those that are `given`.

    `probes` are added to the tensors under their ids as soon as these have a value: to differentiate by.
    """
    values = {key: _moved(value, key, probes) for key, value in given.items()}
    order = nodes_for(wanted, values)
    slopes = [node for node in order if isinstance(node.operation, Gradients)]
    if slopes:
        # First the gradients: what is computed on the way to a loss need not be computed, or drawn, once more.
        needed = {id(y) for node in order for y in node.output_leaves}
        for loss in {id(node.operation.loss): node.operation.loss for node in slopes}.values():
            nodes = [node for node in slopes if node.operation.loss is loss]
            values.update(_slopes(loss, nodes, given, probes, needed))
        order = nodes_for(wanted, values)
    for node in order:
        missing = [x for x in (*node.inputs, *node.output_leaves) if _is_placeholder(x) and id(x) not in values]
        if missing:
            raise _no_value(missing[0])
        result = node.call_with(values)
        single = len(node.output_leaves) == 1 and not isinstance(result, (list, tuple, dict))
        for x, value in zip(node.output_leaves, [result] if single else tree.flatten(result), strict=True):
            values[id(x)] = _moved(value, id(x), probes)
    for x in wanted:
        if id(x) not in values:
            raise _no_value(x)
    return values


def _moved(value: Any, key: int, probes: Values) -> Any:
    if key not in probes:
        return value
    moved = ops.add(value, probes[key])
    masking.set_mask(moved, masking.get_mask(value))
    return moved


def _no_value(x: KerasTensor) -> ArgumentError:
    return ArgumentError(
        f"The result depends on the placeholder {x.name!r} of shape {x.shape}, which was given no value: list it among "
        "the inputs of the function."
    )


def evaluate_to_numpy(x: Any) -> Any:
    """The value of a tensor, variable or symbolic tensor that depends on no placeholder, as an ndarray."""
    if isinstance(x, Variable):
        return x.numpy()
    if type(x) is not KerasTensor and not isinstance(x, (tuple, list)):
        return ops.convert_to_numpy(x)
    with StatelessScope() as scope:
        result = compute([x], {})[0]
        changed = [(v, scope.value_of(v)) for v in scope.assigned_beyond(set())]
    for variable, value in changed:
        variable.assign(value)
    return ops.convert_to_numpy(result)


def eval(x: Any) -> Any:
    """The value of `x`, a variable or an expression of variables, as an ndarray."""
    return evaluate_to_numpy(x)


# ---- gradients -------------------------------------------------------------------------------------------------


class Gradients(Operation):
    """The node that differentiates `loss` by `targets` when it runs, from the values of the placeholders."""

    def __init__(self, loss: KerasTensor, targets: list[Any], sources: list[KerasTensor]) -> None:
        super().__init__(common.unique("gradients"))
        self.loss, self.targets, self.sources = loss, targets, sources

    def __call__(self, *given: Any) -> Any:
        values = {id(x): value for x, value in zip(self.sources, given, strict=True)}
        node = self._inbound_nodes[0]
        found = _slopes(self.loss, [node], values, {}, set())
        return [found[id(y)] for y in node.output_leaves]


def _slopes(loss: KerasTensor, nodes: list[Node], given: Values, probes: Values, needed: set[int]) -> Values:
    """The values of the `Gradients` `nodes` of `loss`, and of those under the ids `needed` that led to the loss."""
    targets = list({id(x): x for node in nodes for x in node.operation.targets}.values())
    variables = [x for x in targets if isinstance(x, Variable)]
    tensors = [x for x in targets if type(x) is KerasTensor]
    # A tensor that depends on no other target can be set, as if it were given. To the others zeros are added: gradients
    # with respect to what they depend on go on through them.
    between = [x for x in tensors if id(x) not in given and not _is_placeholder(x)]
    others = set(map(id, tensors))
    bound = [x for x in between if variables or _depends(x, others - {id(x)})]
    now = run_graph(tensors, given, probes)
    at = [ops.zeros_like(now[id(x)]) if any(x is b for b in bound) else now[id(x)] for x in tensors]
    kept: list[int] = []

    def value(*xs: Any) -> tuple[Any, Any]:
        inner_given, inner_probes = dict(given), dict(probes)
        for x, v in zip(tensors, xs, strict=True):
            if any(x is b for b in bound):
                inner_probes[id(x)] = ops.add(inner_probes[id(x)], v) if id(x) in inner_probes else v
            else:
                inner_given[id(x)] = v
                inner_probes.pop(id(x), None)
        found = run_graph([loss], inner_given, inner_probes)
        kept[:] = [key for key, v in found.items() if key in needed and hasattr(v, "shape")]
        return ops.sum(found[id(loss)]), [(found[key], masking.get_mask(found[key])) for key in kept]

    (_, along), slopes = value_and_gradients(value, variables, at)
    by_target = dict(zip(map(id, [*variables, *tensors]), slopes, strict=True))
    found = {key: value for key, value in now.items() if key in needed}
    for key, (result, mask) in zip(kept, along, strict=True):
        masking.set_mask(result, mask)
        found[key] = result
    for node in nodes:
        for x, y in zip(node.operation.targets, node.output_leaves, strict=True):
            found[id(y)] = _moved(by_target[id(x)], id(y), probes)
    return found


def _depends(x: KerasTensor, others: set[int]) -> bool:
    """Whether one of the tensors with those ids leads to `x`."""
    return any(id(y) in others for node in nodes_for([x]) for y in (*node.inputs, *node.output_leaves))


def gradients(loss: Any, variables: Any) -> list[KerasTensor]:
    """Symbolic gradients of (the sum of) `loss` with respect to variables or other symbolic tensors.

    They are computed by the rule table, or by the backend's own differentiation, when a function asks for their values.
    """
    targets = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    if type(loss) is not KerasTensor:
        raise ArgumentError(f"gradients: a symbolic loss was wanted, got {type(loss).__name__}.")
    for x in targets:
        if not isinstance(x, (KerasTensor, Variable)):
            raise ArgumentError(f"gradients: by variables or symbolic tensors, not by {type(x).__name__}.")
    sources = placeholders_of([loss, *(x for x in targets if type(x) is KerasTensor)])
    results = [KerasTensor(x.shape, x.dtype) for x in targets]
    Node(Gradients(loss, targets, sources), tuple(sources), {}, results)
    return results


def stop_gradient(variables: Any) -> Any:
    """The same value, a constant for gradients."""
    return ops.stop_gradient(variables)

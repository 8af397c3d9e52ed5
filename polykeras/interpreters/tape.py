"""Reverse-mode differentiation as an interpreter of ops.

A tensor to differentiate by is put in a `Box`. An op on boxes runs on the values inside and remembers, per boxed
argument, a closure made by the op's gradient rule (`polykeras.gradients`). The closure keeps what its rule reads and
nothing else. Rules are written in ops, so they can themselves run on boxes of an outer tape: any order of derivative.

The values inside may be anything that ops run on: tensors of any adapter, recorded ones, boxes of another tape.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from polykeras import tree
from polykeras.backend import Backend
from polykeras.dtypes import COMPLEX
from polykeras.errors import ArgumentError, ShapeError, TraceError
from polykeras.gradients.table import RULES, unbroadcast
from polykeras.interpreters.operators import TensorOperators
from polykeras.ops import dispatch, registry, rules
from polykeras.scope import backend_scope

levels = itertools.count(1)
"""Interpreters are numbered as they start: of two in one call, the one that started later runs it."""

UNBOUNDED = (
    "ops.while_loop on values known only at run time cannot be differentiated in a recorded step unless "
    "maximum_iterations bounds it."
)

_order = itertools.count()  # of nodes: a node's parents have lower numbers


class NoFusedRule(Exception):
    """The root backend fuses this op, and the rule table has no row for it."""


class Node:
    """Where a boxed value came from: its parents, each with the closure that carries the gradient back to it."""

    __slots__ = ("number", "outputs", "parents")

    def __init__(self, parents: list[tuple[Any, Callable[[Any], Any]]], outputs: int = 1) -> None:
        self.number = next(_order)
        self.parents = parents
        self.outputs = outputs


class Box(TensorOperators):
    """A value that a tape follows."""

    __slots__ = ("__weakref__", "index", "node", "owner", "value")

    def __init__(self, value: Any, node: Node, owner: Tape, index: int = 0) -> None:
        self.value = value
        self.node = node
        self.owner = owner
        self.index = index  # which of the node's outputs

    @property
    def dtype(self) -> Any:
        """The dtype object of the value inside."""
        return self.value.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value inside."""
        return tuple(self.value.shape)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __index__(self) -> int:
        return int(self.value)

    def __repr__(self) -> str:
        return f"Box({self.value!r})"


class Tape(Backend):
    """One differentiation in progress."""

    name = "tape"
    tensor_types = (Box,)
    entries: dict[str, Callable[..., Any]] = {}

    def __init__(self, root: Backend, fused_only: bool = False) -> None:
        self._root = root
        self.level = next(levels)
        self.capture: Capture | None = None  # what a branch that is being traced reads from outside
        self.fused_only = fused_only  # raise `NoFusedRule` rather than follow the body of an op that the root fuses

    @property
    def root(self) -> Backend:
        """The backend that holds the numbers."""
        return self._root

    def entry_for(self, op: registry.Op) -> Callable[..., Any]:
        """Run on the values and remember; a composite runs its body on the boxes."""
        return _follow(op) if op.primitive else _follow_composite(op)

    def convert(self, value: Any, dtype: str) -> Any:
        """Host data are constants: a tensor of the root backend."""
        return self._root.convert(value, dtype)

    def to_numpy(self, x: Box) -> Any:
        """The value inside as an ndarray."""
        from polykeras.ops.conversion import convert_to_numpy

        return convert_to_numpy(x.value)

    def dtype_name(self, x: Any) -> str:
        """The dtype of the value inside."""
        return dispatch.weak_dtype_of(x.value)

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """Whoever holds the number inside decides. Where that is no backend but a trace, the choice becomes one node."""
        from polykeras.interpreters.branches import choose

        pred = unbox(pred, self)
        owner = dispatch.owner_of(pred)
        below = self._root if owner is dispatch.HOST else owner
        return choose(self, below, pred, true_fn, false_fn) if below.level else below.cond(pred, true_fn, false_fn)

    def while_loop(
        self,
        cond: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: tuple[Any, ...],
        maximum_iterations: int | None = None,
    ) -> Any:
        """In Python; in a trace, which does not know when it ends, as so many choices as there may be rounds."""
        try:
            bool(cond(*loop_vars))
        except TraceError as error:
            if maximum_iterations is None:
                raise TraceError(UNBOUNDED) from error
        else:
            return super().while_loop(cond, body, loop_vars, maximum_iterations)
        for _ in range(maximum_iterations):
            now = loop_vars
            loop_vars = self.cond(cond(*now), lambda now=now: tuple(body(*now)), lambda now=now: now)  # type: ignore[misc]
        return loop_vars

    def custom_gradient(self, f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        """One node, whose closures call the pullback that `f` gave.

        Below another tape `f` runs twice: once as that tape's custom gradient, which gives the outputs, and when the
        gradient is asked for once more plainly, so that the other tape follows what the pullback computes.
        """
        values = [unbox(x, self) for x in xs]
        below = max((v.owner for v in values if type(v) is Box), key=lambda t: t.level, default=None)
        if below is None:
            outputs, pullback = f(*values)
        else:
            outputs, pullback = below.custom_gradient(f, values), None
        leaves, treedef = tree.flatten_with_treedef(outputs)

        def pull(g: Any) -> list[Any]:
            received = g if len(leaves) > 1 else (g,)
            given = [zeros_like(y) if c is None else conjugate(c) for y, c in zip(leaves, received)]
            run = f(*values)[1] if pullback is None else pullback
            grads = run(tree.unflatten(treedef, given))
            return [zeros_like(x) if d is None else conjugate(d) for d, x in zip(grads, values, strict=True)]

        from polykeras.ops.creation import zeros_like

        if self.capture is not None:
            self.capture.add([x for x in xs if type(x) is Box])
        sources = [source_of(x, self) for x in xs]
        node = Node([(sources, pull)], len(leaves))
        return tree.unflatten(treedef, [Box(y, node, self, i) for i, y in enumerate(leaves)])


class Capture:
    """The boxes that existed before a branch was traced and that it reads: what its result depends on."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.start = next(_order)
        self.boxes: dict[tuple[Node, int], Box] = {}

    def add(self, boxes: Sequence[Box]) -> None:
        """Those of `boxes` that are from outside."""
        for box in boxes:
            if box.owner is self.tape and box.node.number < self.start:
                self.boxes[box.node, box.index] = box


def source_of(x: Any, tape: Tape) -> tuple[Node, int] | None:
    """Where on `tape` a value came from: a node, and which of its outputs. None if the tape does not follow it."""
    return (x.node, x.index) if type(x) is Box and x.owner is tape else None


def _top(boxes: list[Box]) -> Tape:
    return max((box.owner for box in boxes), key=lambda tape: tape.level)


def top_of(values: Any) -> Tape | None:
    """The tape that follows a tree of values; of several the one that started last."""
    boxes = [v for v in tree.flatten(values) if type(v) is Box]
    return _top(boxes) if boxes else None


def _follow(op: registry.Op) -> Callable[..., Any]:
    """The tape's entry for an op with a row in the rule table (or one that gradients do not pass)."""
    tensors = [(p.index, p.name, p.sequence) for p in op.tensors]
    has_sequence = any(p.sequence for p in op.tensors)
    # A fused composite may broadcast too; where its rule has summed already, nothing is left to sum.
    broadcasts = op.shape in rules.BROADCASTING or not op.primitive
    call = op.call
    name = op.name

    def run(*args: Any) -> Any:
        boxes = [a for a in args if type(a) is Box]
        if has_sequence:
            boxes += [v for i, _, sequence in tensors if sequence for v in args[i] if type(v) is Box]
        tape = _top(boxes)
        if tape.capture is not None:
            tape.capture.add(boxes)
        values = [a.value if type(a) is Box and a.owner is tape else a for a in args]
        for i, _, sequence in tensors if has_sequence else ():
            if sequence:
                values[i] = [v.value if type(v) is Box and v.owner is tape else v for v in args[i]]
        out = call(*values)
        makers = RULES.get(name)
        if makers is None:
            if op.differentiable:
                raise ArgumentError(
                    f"The op {name!r} has no gradient rule. Add one with polykeras.gradients.table.rule, or declare the op "
                    "with differentiable=False."
                )
            return out
        parents: list[tuple[Any, Callable[[Any], Any]]] = []
        for i, parameter, sequence in tensors:
            a = args[i]
            if sequence:
                sources = [source_of(v, tape) for v in a]
                pull_all = makers[parameter](out, *values) if any(sources) else None
                if pull_all is not None:
                    parents.append((sources, pull_all))
            elif type(a) is Box and a.owner is tape and parameter in makers:
                pull = makers[parameter](out, *values)
                if pull is None:  # this call is constant in this argument
                    continue
                if broadcasts and not isinstance(out, tuple) and a.shape != tuple(out.shape):
                    pull = _unbroadcast_after(pull, a.shape)
                parents.append(((a.node, a.index), pull))
        if not parents:
            return out
        if isinstance(out, tuple):
            node = Node(parents, len(out))
            return tuple(Box(o, node, tape, i) for i, o in enumerate(out))
        return Box(out, Node(parents), tape)

    return run


def _unbroadcast_after(pull: Callable[[Any], Any], shape: tuple[int, ...]) -> Callable[[Any], Any]:
    return lambda g: unbroadcast(pull(g), shape)


def _follow_composite(op: registry.Op) -> Callable[..., Any]:
    """The body, run on boxes; but one node where the backend fuses the op and the table has a rule for it."""
    fused = _follow(op)
    body = op.body
    sequences = [p.index for p in op.tensors if p.sequence]

    def run(*args: Any) -> Any:
        boxes = [a for a in args if type(a) is Box] + [v for i in sequences for v in args[i] if type(v) is Box]
        tape = _top(boxes)
        if op.name in tape.root.overrides:
            if op.name in RULES:
                return fused(*args)
            if tape.fused_only and op.differentiable:
                raise NoFusedRule(op.name)
        return body(*args)  # type: ignore[misc]

    return run


def unbox(x: Any, tape: Tape) -> Any:
    """The value inside, if `x` is a box of this tape."""
    return x.value if type(x) is Box and x.owner is tape else x


def conjugate(g: Any) -> Any:
    """A gradient from the form that rules use to the public one, or back; see `polykeras.gradients.complex_numbers`."""
    from polykeras.ops.complex_numbers import conj

    return conj(g) if dispatch.weak_dtype_of(g) in COMPLEX else g


def pull_back(
    outputs: Sequence[Any], cotangents: Sequence[Any], inputs: Sequence[Box], tape: Tape, since: int = 0
) -> list[Any]:
    """For each of `inputs`, the sum over `outputs` of cotangent times Jacobian; zeros where there is no path.

    Nodes that are older than the number `since` count as inputs.
    """
    from polykeras.ops.creation import zeros_like
    from polykeras.ops.elementwise import add

    gradients: dict[Node, list[Any]] = {}

    def receive(node: Node, index: int, g: Any) -> None:
        slots = gradients.setdefault(node, [None] * node.outputs)
        slots[index] = g if slots[index] is None else add(slots[index], g)

    reachable: dict[Node, None] = {}
    stack = []
    for out, g in zip(outputs, cotangents, strict=True):
        if type(out) is Box and out.owner is tape:
            receive(out.node, out.index, g)
            stack.append(out.node)
    while stack:
        node = stack.pop()
        if node not in reachable and node.number >= since:
            reachable[node] = None
            for source, _ in node.parents:
                stack.extend(s[0] for s in source if s is not None) if isinstance(source, list) else stack.append(
                    source[0]
                )
    for node in sorted(reachable, key=lambda n: n.number, reverse=True):
        if not node.parents:
            continue
        slots = gradients.pop(node, None)
        if slots is None or all(s is None for s in slots):
            continue
        g = slots[0] if node.outputs == 1 else tuple(slots)
        for source, pull in node.parents:
            if isinstance(source, list):
                for s, piece in zip(source, pull(g), strict=True):
                    if s is not None:
                        receive(s[0], s[1], piece)
            else:
                receive(source[0], source[1], pull(g))
    results = []
    for box in inputs:
        slots = gradients.get(box.node)
        g = None if slots is None else slots[box.index]
        results.append(zeros_like(box.value) if g is None else g)
    return results


def value_and_grad(
    backend: Backend, f: Callable[..., Any], has_aux: bool = False, fused_only: bool = False
) -> Callable[..., Any]:
    """See `polykeras.backend.Backend.value_and_grad`.

    With `fused_only`, raises `NoFusedRule` where the backend fuses an op that has no rule of its own.
    """

    def run(xs: Sequence[Any], *rest: Any) -> Any:
        from polykeras.ops.creation import ones_like

        with backend_scope(backend.root):
            tape = Tape(backend.root, fused_only)
            boxes = [Box(x, Node([]), tape) for x in xs]
            result = f(boxes, *rest)
            value = result[0] if has_aux else result
            if tuple(value.shape) != ():
                raise ShapeError(
                    f"value_and_grad needs a function with a scalar value, got shape {tuple(value.shape)}."
                )
            inner = unbox(value, tape)
            grads = [conjugate(g) for g in pull_back([value], [ones_like(inner)], boxes, tape)]
        return tree.map_structure(lambda leaf: unbox(leaf, tape), result), grads

    return run


def vjp(backend: Backend, f: Callable[..., Any], xs: Sequence[Any]) -> tuple[Any, Callable[[Any], list[Any]]]:
    """See `polykeras.backend.Backend.vjp`."""
    with backend_scope(backend.root):
        tape = Tape(backend.root)
        boxes = [Box(x, Node([]), tape) for x in xs]
        result = f(*boxes)

    def pullback(cotangents: Any) -> list[Any]:
        with backend_scope(backend.root):
            given = [None if c is None else conjugate(c) for c in tree.flatten(cotangents)]
            return [conjugate(g) for g in pull_back(tree.flatten(result), given, boxes, tape)]

    return tree.map_structure(lambda leaf: unbox(leaf, tape), result), pullback


_prototype = object.__new__(Tape)
dispatch.OWNERS[Box] = dispatch.DYNAMIC
registry.attach(_prototype)

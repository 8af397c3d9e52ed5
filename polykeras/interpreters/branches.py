"""Choices between two branches in a trace, where the choice is made at each replay: how a tape follows them.

The choice is one node. On the way back there is another choice on the same number, between two functions each of which
runs a branch again, differentiates it, and gives the gradients by all that either branch reads from outside. So only
the branch that was taken costs anything, and nothing of the other one, a division by zero say, reaches the gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import CellType, FunctionType
from typing import Any

from polykeras import tree
from polykeras.backend import Backend
from polykeras.interpreters.tape import Box, Capture, Node, Tape, pull_back, source_of, unbox


def frozen(f: Any, known: dict[int, Any] | None = None) -> Any:
    """`f` as it is now: what it reads from the functions around it keeps its value when these give it another one.

    ``x = cond(p, lambda: f(x), lambda: x)`` would otherwise read the new x when a branch is run again.
    """
    known = {} if known is None else known
    if not isinstance(f, FunctionType) or not f.__closure__:
        return f
    if id(f) not in known:
        cells = [CellType() for _ in f.__closure__]
        copy = FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__, tuple(cells))
        copy.__kwdefaults__ = f.__kwdefaults__
        known[id(f)] = copy
        for cell, original in zip(cells, f.__closure__, strict=True):
            with suppress(ValueError):  # not assigned yet
                cell.cell_contents = frozen(original.cell_contents, known)
    return known[id(f)]


def choose(tape: Tape, below: Backend, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """``true_fn()`` if `pred` is true, else ``false_fn()``, followed by `tape`; `below` makes the choice."""
    true_fn, false_fn = frozen(true_fn), frozen(false_fn)
    read: dict[Any, Box] = {}

    def forward(branch: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            outer, tape.capture = tape.capture, Capture(tape)
            try:
                result = branch()
                tape.capture.add([leaf for leaf in tree.flatten(result) if type(leaf) is Box])
                read.update(tape.capture.boxes)
            finally:
                tape.capture = outer
            return tree.map_structure(lambda leaf: unbox(leaf, tape), result)

        return run

    result = below.cond(pred, forward(true_fn), forward(false_fn))
    boxes = list(read.values())
    if not boxes:
        return result
    if tape.capture is not None:
        tape.capture.add(boxes)
    leaves, treedef = tree.flatten_with_treedef(result)

    def pull(g: Any) -> list[Any]:
        from polykeras.ops.creation import zeros_like

        given = g if len(leaves) > 1 else (g,)
        cotangents = [zeros_like(y) if c is None else c for y, c in zip(leaves, given, strict=True)]

        def backward(branch: Callable[[], Any]) -> Callable[[], Any]:
            def run() -> Any:
                since = Capture(tape).start
                return tuple(pull_back(tree.flatten(branch()), cotangents, boxes, tape, since))

            return run

        return list(below.cond(pred, backward(true_fn), backward(false_fn)))

    node = Node([([source_of(box, tape) for box in boxes], pull)], len(leaves))
    return tree.unflatten(treedef, [Box(y, node, tape, i) for i, y in enumerate(leaves)])

"""The loop over time that all recurrent layers run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import ops, tree
from polykeras.interpreters.unroll import unrolled_scan
from polykeras.typing import Mask, Tensor

Step = Callable[[Any, list[Any]], tuple[Tensor, list[Any]]]
"""``output, states = step(x, states)``"""


def recur(
    step: Step,
    xs: Any,
    output: Tensor,
    states: list[Any],
    mask: Mask | None = None,
    *,
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
    unroll: bool = False,
    keep_all: bool = True,
) -> tuple[Tensor, Tensor, list[Any]]:
    """``last output, outputs, states`` of `step` over the leading axis of `xs`.

    Args:
        step: takes one slice of `xs` and the states, returns the output ``(batch, ...)`` and the new states.
        xs: a tensor, or a tree of tensors, time first.
        output: what counts as the output before the first step.
        states: what the first step gets.
        mask: bool ``(steps, batch)``. Where it is false, the states and the output stay what they were before.
        go_backwards: from the last step to the first; the outputs come in the order in which they were made.
        zero_output_for_mask: where the mask is false, the output is 0 instead.
        unroll: loop in Python, whatever the backend would do.
        keep_all: whether the outputs of all steps, time first, are wanted; None is returned for them otherwise.
    """

    def body(carry: Any, x: Any) -> Any:
        previous, states = carry
        if mask is None:
            y, new = step(x, states)
        else:
            x, included = x
            y, new = step(x, states)
            new = tree.map_structure(lambda n, old: _choose(included, n, old), new, states)
            y = _choose(included, y, 0 if zero_output_for_mask else previous)
        return (y, new), (y if keep_all else None)

    given = xs if mask is None else (xs, mask)
    length = int(tree.flatten(xs)[0].shape[0])
    if unroll:
        (last, states), outputs = unrolled_scan(body, (output, states), given, length, go_backwards)
    else:
        (last, states), outputs = ops.scan(body, (output, states), given, reverse=go_backwards)
    if keep_all and outputs is None:  # there were no steps
        outputs = ops.reshape(output, (1, *output.shape))[:0]
    if keep_all and go_backwards:
        outputs = ops.flip(outputs, 0)
    return last, outputs, states


def _choose(mask: Mask, new: Tensor, old: Tensor) -> Tensor:
    """`new` for the samples where `mask`, ``(batch,)``, is true, else `old`."""
    return ops.where(ops.reshape(mask, (*mask.shape, *(1,) * (len(new.shape) - 1))), new, old)

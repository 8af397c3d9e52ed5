"""Loops and choices of the symbolic backend, and connectionist temporal classification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.ops.control_flow import on_graphs
from polykeras.typing import Tensor
from polykeras.v1.backend.phase import called

Step = Callable[[Tensor, list[Tensor]], tuple[Tensor, list[Tensor]]]


def rnn(
    step_function: Step,
    inputs: Tensor,
    initial_states: Sequence[Tensor],
    go_backwards: bool = False,
    mask: Tensor | None = None,
    constants: Sequence[Any] | None = None,
    unroll: bool = False,
    input_length: int | None = None,
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Iterate over the time axis: ``last_output, outputs, new_states``.

    Args:
        step_function: ``output, new_states = f(x, states)``; its states are followed by the `constants`.
        inputs: ``(samples, time, ...)``.
        initial_states: a list.
        go_backwards: from the last step to the first; the outputs are in the order in which they were computed.
        mask: ``(samples, time)``; a step that does not count repeats the states, and the first of them as output
            (zeros, with `unroll`, before the first step that counts).
        constants: handed to every step.
        unroll, input_length: with `unroll` the steps are written out one after the other.

    Raises `ShapeError` for a number of steps that is not known, if they are to be written out.
    """
    written_out = unroll or (mask is not None and not initial_states)
    if written_out and type(inputs) is KerasTensor and inputs.shape[1] is None:
        raise ShapeError(
            "rnn: to unroll, the number of steps must be known, and so it must with a mask and no initial states; the "
            f"inputs have shape {inputs.shape}."
        )
    return _rnn(step_function, inputs, initial_states, go_backwards, mask, constants, written_out)


@on_graphs
def _rnn(
    step_function: Step,
    inputs: Tensor,
    initial_states: Sequence[Tensor],
    go_backwards: bool,
    mask: Tensor | None,
    constants: Sequence[Any] | None,
    written_out: bool,
) -> tuple[Tensor, Tensor, list[Tensor]]:
    x = ops.swapaxes(inputs, 0, 1)
    if go_backwards:
        x = ops.flip(x, 0)
    fixed = list(constants or ())
    states = [ops.convert_to_tensor(s) for s in initial_states]
    given: tuple[Tensor, ...] = (x,)
    if mask is not None:
        m = ops.swapaxes(ops.cast(mask, "bool"), 0, 1)
        given = (x, ops.flip(m, 0) if go_backwards else m)
    if written_out:
        return _unrolled(step_function, given, states, fixed)

    def one(carry: list[Tensor], now: tuple[Tensor, ...]) -> tuple[list[Tensor], Tensor]:
        output, new = step_function(now[0], carry + fixed)
        if mask is None:
            return list(new), output
        kept = [_where(now[1], n, old) for n, old in zip(new, carry, strict=True)]
        return kept, _where(now[1], output, carry[0])

    last_states, outputs = ops.scan(one, states, given)
    return outputs[-1], ops.swapaxes(outputs, 0, 1), list(last_states)


def _where(mask: Tensor, new: Tensor, old: Tensor) -> Tensor:
    return ops.where(ops.reshape(mask, (mask.shape[0],) + (1,) * (len(new.shape) - 1)), new, old)


def _unrolled(step: Step, given: tuple[Tensor, ...], states: list[Tensor], fixed: list[Any]) -> Any:
    outputs: list[Tensor] = []
    for t in range(given[0].shape[0]):
        output, new = step(given[0][t], states + fixed)
        if len(given) > 1:
            previous = outputs[-1] if outputs else ops.zeros_like(output)
            output = _where(given[1][t], output, previous)
            new = [_where(given[1][t], n, old) for n, old in zip(new, states, strict=True)]
        outputs.append(output)
        states = list(new)
    return outputs[-1], ops.stack(outputs, 1), states


def switch(condition: Tensor, then_expression: Any, else_expression: Any) -> Tensor:
    """`then_expression` if the condition, a scalar or one for each row, holds, else `else_expression`.

    Either may be a function without arguments.
    """
    return _chosen(condition, called(then_expression), called(else_expression))


@on_graphs
def _chosen(condition: Tensor, chosen: Any, other: Any) -> Tensor:
    condition = ops.cast(condition, "bool")
    rank = len(getattr(chosen, "shape", ()))
    if 0 < len(condition.shape) < rank:
        condition = ops.reshape(condition, tuple(condition.shape) + (1,) * (rank - len(condition.shape)))
    return ops.where(condition, chosen, other)


@on_graphs
def map_fn(fn: Callable[[Tensor], Tensor], elems: Tensor, name: str | None = None) -> Tensor:
    """`fn` of each slice along the first axis, stacked."""
    return ops.map(fn, elems)


@on_graphs
def foldl(fn: Callable[[Any, Any], Any], elems: Tensor, initializer: Any = None, name: str | None = None) -> Tensor:
    """``acc = fn(acc, x)`` over the first axis, from `initializer` or from the first slice."""
    start, rest = (elems[0], elems[1:]) if initializer is None else (initializer, elems)
    return ops.scan(lambda acc, x: (fn(acc, x), None), start, rest)[0]


@on_graphs
def foldr(fn: Callable[[Any, Any], Any], elems: Tensor, initializer: Any = None, name: str | None = None) -> Tensor:
    """As `foldl`, from the last slice to the first."""
    return foldl(fn, ops.flip(elems, 0), initializer)


# ---- connectionist temporal classification ---------------------------------------------------------------------


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> tuple[Any, Any, tuple[int, ...]]:
    """``indices, values, shape`` of the labels within their lengths, as ndarrays."""
    dense, lengths = np.asarray(ops.convert_to_numpy(labels)), np.asarray(ops.convert_to_numpy(label_lengths))
    indices = np.argwhere(np.arange(dense.shape[1])[None] < lengths.reshape(-1, 1))
    return indices, dense[tuple(indices.T)], dense.shape


@on_graphs
def ctc_batch_cost(y_true: Tensor, y_pred: Tensor, input_length: Tensor, label_length: Tensor) -> Tensor:
    """Minus the logarithm of the labels' probability, ``(samples, 1)``. The last class is the blank."""
    logits = ops.log(ops.add(y_pred, 1e-8))
    loss = ops.ctc_loss(
        ops.cast(y_true, "int32"),
        logits,
        ops.reshape(ops.cast(label_length, "int32"), (-1,)),
        ops.reshape(ops.cast(input_length, "int32"), (-1,)),
        y_pred.shape[-1] - 1,
    )
    return ops.expand_dims(loss, 1)


@on_graphs
def ctc_decode(
    y_pred: Tensor, input_length: Tensor, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Tensor], Tensor]:
    """``paths, log probabilities``; paths are padded with -1. The last class is the blank."""
    if not greedy and top_paths < 1:
        raise ArgumentError(f"ctc_decode: top_paths must be at least 1, got {top_paths}.")
    logits = ops.log(ops.add(y_pred, 1e-8))
    paths, scores = ops.ctc_decode(
        logits,
        ops.reshape(ops.cast(input_length, "int32"), (-1,)),
        "greedy" if greedy else "beam_search",
        beam_width,
        1 if greedy else top_paths,
        mask_index=y_pred.shape[-1] - 1,
    )
    return [paths[i] for i in range(paths.shape[0])], scores


__all__ = [
    "ctc_batch_cost",
    "ctc_decode",
    "ctc_label_dense_to_sparse",
    "foldl",
    "foldr",
    "map_fn",
    "rnn",
    "switch",
]

"""Connectionist temporal classification: sequences of labels from longer sequences of scores.

A labelling of the time steps by classes and blanks stands for the sequence that is left when repeated classes are
merged and blanks dropped. Graves et al. 2006, "Connectionist temporal classification".

Logarithms of probability 0 are a large negative number here, not minus infinity, whose differences are NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops.activations import log_softmax
from polykeras.ops.casting import cast, stop_gradient
from polykeras.ops.comparison import greater, less, not_equal
from polykeras.ops.control_flow import scan
from polykeras.ops.conversion import dtype
from polykeras.ops.creation import full_like
from polykeras.ops.elementwise import add, exp, log, maximum, minimum, multiply, negative, subtract
from polykeras.ops.indexing import strided_slice, take_along_axis, where
from polykeras.ops.joining import concatenate, stack
from polykeras.ops.logic import logical_and
from polykeras.ops.movement import expand_dims, pad_constant, reshape, squeeze, transpose
from polykeras.ops.policies import FLOAT
from polykeras.ops.reductions import in_float32, returned
from polykeras.ops.registry import composite
from polykeras.typing import Index, Tensor

IMPOSSIBLE = -1e30
"""The logarithm of a probability of 0."""


def check_scores(op: str, output: tuple[int, ...], lengths: tuple[int, ...], mask_index: int) -> None:
    """Raise unless scores, lengths and the number of the blank fit together."""
    if len(output) != 3 or lengths != output[:1]:
        raise ShapeError(
            f"{op}: scores (batch, time, classes) and lengths (batch,) wanted, got shapes {output} and {lengths}."
        )
    if not 0 <= mask_index < output[2]:
        raise ArgumentError(f"{op}: mask_index {mask_index} is none of the {output[2]} classes.")


def _loss_cases(s: Any) -> list[Any]:
    return [
        s([[1, 2], [1, 1]], s.real(2, 4, 3), [2, 2], [4, 3]),
        s([[0, -1]], s.real(1, 3, 2), [1], [3], mask_index=1),
        s([[1], [2]], s.real(2, 2, 3), [0, 1], [2, 2]),
    ]


@composite(FLOAT, samples=_loss_cases)
def ctc_loss(target: Index, output: Tensor, target_length: Index, output_length: Index, mask_index: int = 0) -> Tensor:
    """Minus the logarithm of the probability of each target sequence, ``(batch,)``.

    Args:
        target: class numbers ``(batch, longest target)``; what lies beyond a target's length is not read.
        output: logits ``(batch, time, classes)``.
        target_length: ``(batch,)``; lengths are clipped to the sizes there are.
        output_length: the number of time steps of each example, ``(batch,)``.
        mask_index: the class that is the blank.

    Infinite, with gradient 0, if there are too few time steps. NaN if the target has a class that does not exist. Half
    precision is computed in float32.
    """
    shape, labels = tuple(output.shape), tuple(target.shape)
    check_scores("ctc_loss", shape, tuple(output_length.shape), mask_index)
    if len(labels) != 2 or labels[0] != shape[0] or tuple(target_length.shape) != shape[:1]:
        raise ShapeError(
            f"ctc_loss: target (batch, length) and target_length (batch,) wanted, got {labels} and "
            f"{tuple(target_length.shape)} for output {shape}."
        )
    batch, time, classes = shape
    logp = log_softmax(in_float32(output))
    count = clipped(target_length, labels[1])
    used = less(np.arange(labels[1]).astype("int32"), expand_dims(count, 1))
    target = where(used, where(less(target, 0), classes, target), mask_index)
    states = _with_blanks(cast(target, "int32"), mask_index)  # (batch, 2 * longest + 1)
    size = 2 * labels[1] + 1
    may_skip = logical_and(not_equal(states, mask_index), not_equal(states, _shifted(states, 2, mask_index)))

    def step(alpha: Any, x: Any) -> Any:
        scores, alive = x
        skipped = where(may_skip, _shifted(alpha, 2, IMPOSSIBLE), IMPOSSIBLE)
        return where(alive, add(_log_sum(alpha, _shifted(alpha, 1, IMPOSSIBLE), skipped), scores), alpha), None

    # Before the first step, as if a blank had just been read.
    alpha = np.full((batch, size), IMPOSSIBLE, dtype(logp))
    alpha[:, 0] = 0
    if time:
        emitted = take_along_axis(logp, expand_dims(states, 1), 2)
        steps = expand_dims(np.arange(time).astype("int32"), 1)
        alive = less(steps, expand_dims(clipped(output_length, time), 0))  # (time, batch)
        alpha, _ = scan(step, alpha, (transpose(emitted, (1, 0, 2)), expand_dims(alive, 2)))
    last = expand_dims(multiply(count, 2), 1)
    blank_last = squeeze(take_along_axis(alpha, last, 1), 1)
    label_last = squeeze(take_along_axis(alpha, maximum(subtract(last, 1), 0), 1), 1)
    total = _log_sum(blank_last, where(greater(count, 0), label_last, IMPOSSIBLE))
    return returned(where(less(total, IMPOSSIBLE / 2), float("inf"), negative(total)), output)


def clipped(lengths: Tensor, largest: int) -> Tensor:
    """Lengths between 0 and `largest`."""
    return maximum(minimum(lengths, largest), 0)


def _with_blanks(target: Tensor, mask_index: int) -> Tensor:
    """A blank before, between and after the labels."""
    batch, length = tuple(target.shape)
    blanks = full_like(target, mask_index)
    pairs = reshape(stack([blanks, target], axis=2), (batch, 2 * length))
    return concatenate([pairs, np.full((batch, 1), mask_index, "int32")], axis=1)


def _shifted(x: Tensor, by: int, value: Any) -> Tensor:
    """The columns of x moved to the right, `value` coming in."""
    rows, size = tuple(x.shape)
    by = min(by, size)
    return pad_constant(strided_slice(x, (0, 0), (rows, size - by), (1, 1)), ((0, 0), (by, 0)), value)


def _log_sum(*xs: Tensor) -> Tensor:
    """``log(sum(exp(xs)))`` of finite numbers."""
    largest = xs[0]
    for x in xs[1:]:
        largest = maximum(largest, x)
    largest = stop_gradient(largest)
    total = exp(subtract(xs[0], largest))
    for x in xs[1:]:
        total = add(total, exp(subtract(x, largest)))
    return add(log(total), largest)

"""Connectionist temporal classification as Keras 1's module for Theano has it: one sample, labels without blanks.

Probabilities are ``(time, classes)``. Labels stand between blanks, which are the last class, numbered -1 here. Sums over
paths that must not be empty follow Graves et al. (2006), section 4.1, forwards and backwards.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import ops
from polykeras.ops.control_flow import on_graphs
from polykeras.typing import Tensor

_NEVER = -1e30
"""In place of the logarithm of 0: its differences are 0, not NaN."""


def ctc_interleave_blanks(Y: Tensor) -> Tensor:
    """The labels with blanks, -1, before, between and after them."""
    length = Y.shape[0]
    pairs = ops.stack([ops.full((length,), -1, "int32"), ops.cast(Y, "int32")], 1)
    return ops.concatenate([ops.reshape(pairs, (2 * length,)), ops.full((1,), -1, "int32")], 0)


def ctc_create_skip_idxs(Y: Any) -> np.ndarray:
    """The places of labels, among blanks, whose next label differs: a path may leave the blank between them out."""
    labels = np.asarray(ops.convert_to_numpy(Y))
    places = np.arange((len(labels) - 3) // 2) * 2 + 1
    return places[labels[places] != labels[places + 2]]


def ctc_update_log_p(
    skip_idxs: Any, zeros: Any, active: Any, log_p_curr: Any, log_p_prev: Any
) -> tuple[np.ndarray, np.ndarray]:
    """How many places can be reached after one more step, and the logarithms of the probabilities of being at each.

    Args:
        skip_idxs: of `ctc_create_skip_idxs`.
        zeros: the result for places that cannot be reached.
        active: how many places could be reached before.
        log_p_curr: of the step's outputs, at each place.
        log_p_prev: of being at each place before.
    """
    skips, result, now, before = (np.array(ops.convert_to_numpy(v)) for v in (skip_idxs, zeros, log_p_curr, log_p_prev))
    count = int(active)
    skips = skips[skips < count].astype(int)
    reached = min(max([count + 1, *(skips + 3)]), len(now))
    total = np.zeros(reached, now.dtype)
    largest = before[:count].max()
    p = np.exp(before[:count] - largest)
    total[:count] = p
    moved = p[: reached - 1]
    total[1 : 1 + len(moved)] += moved
    total[skips + 2] += p[skips]
    result[:reached] = now[:reached] + np.log(total) + largest
    return np.asarray(reached, "int32"), result


@on_graphs
def ctc_path_probs(predict: Tensor, Y: Tensor, alpha: float = 1e-4) -> tuple[Tensor, Tensor]:
    """Logarithms of the probability of all paths through each place at each step, and which of them are possible.

    Args:
        predict: probabilities ``(time, classes)``.
        Y: labels between blanks, as `ctc_interleave_blanks` gives them.
        alpha: so much of the probability is shared out evenly among the places.
    """
    places = Y.shape[0]
    chosen = ops.take(predict, ops.where(ops.less(Y, 0), predict.shape[1] - 1, Y), axis=1)
    logs = ops.log(ops.add(ops.multiply(chosen, 1 - alpha), alpha / places))
    ahead = _ways(logs, Y)
    behind = ops.flip(_ways(ops.flip(logs, (0, 1)), ops.flip(Y, 0)), (0, 1))
    mask = ops.logical_and(ops.greater(ahead, _NEVER / 2), ops.greater(behind, _NEVER / 2))
    return ops.subtract(ops.add(ahead, behind), logs), mask


def _ways(logs: Tensor, labels: Tensor) -> Tensor:
    """The logarithms of the probabilities of being at each place after each step, from the first two places on."""
    places = labels.shape[0]
    kind = ops.dtype(logs)
    two_back = ops.concatenate([ops.full((2,), -1, "int32"), ops.cast(labels[:-2], "int32")], 0)
    skips = ops.logical_and(ops.greater_equal(labels, 0), ops.not_equal(ops.cast(labels, "int32"), two_back))
    skips = ops.logical_and(skips, ops.greater_equal(two_back, 0))

    def shifted(x: Tensor, by: int) -> Tensor:
        return ops.concatenate([ops.full((by,), _NEVER, kind), x[:-by]], 0)

    def step(before: Tensor, now: Tensor) -> tuple[Tensor, Tensor]:
        ways = ops.stack([before, shifted(before, 1), ops.where(skips, shifted(before, 2), _NEVER)], 0)
        new = ops.maximum(ops.add(now, ops.logsumexp(ways, 0)), _NEVER)
        return new, new

    start = ops.concatenate([ops.full((1,), 0.0, kind), ops.full((places - 1,), _NEVER, kind)], 0)
    return ops.scan(step, start, logs)[1]


@on_graphs
def ctc_cost(predict: Tensor, Y: Tensor) -> Tensor:
    """Minus the logarithm of the sum, over steps and places, of the probabilities of the paths through them."""
    logs, mask = ctc_path_probs(predict, ctc_interleave_blanks(Y))
    return ops.negative(ops.logsumexp(ops.where(mask, logs, _NEVER)))


__all__ = [
    "ctc_cost",
    "ctc_create_skip_idxs",
    "ctc_interleave_blanks",
    "ctc_path_probs",
    "ctc_update_log_p",
]

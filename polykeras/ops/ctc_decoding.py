"""The likeliest sequences of labels under connectionist temporal classification; see `polykeras.ops.ctc`."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError
from polykeras.ops.activations import log_softmax
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, less
from polykeras.ops.control_flow import scan
from polykeras.ops.conversion import dtype
from polykeras.ops.ctc import IMPOSSIBLE, check_scores, clipped
from polykeras.ops.elementwise import add, floor_divide, logaddexp, mod, negative, subtract
from polykeras.ops.indexing import one_hot, strided_slice, take_along_axis, where
from polykeras.ops.joining import concatenate
from polykeras.ops.logic import logical_and, logical_not, logical_or
from polykeras.ops.movement import expand_dims, pad_constant, reshape, swapaxes, transpose
from polykeras.ops.policies import FLOAT
from polykeras.ops.products import matmul
from polykeras.ops.reductions import all_, amax, argmax, in_float32, returned, sum_
from polykeras.ops.registry import composite
from polykeras.ops.sorting import argsort, top_k
from polykeras.typing import Index, Tensor


def _cases(s: Any) -> list[Any]:
    scores = np.array([[[3.0, 1, 0], [0, 3, 1], [0, 4, 1], [2, 0, 1], [0, 3, 1]]])
    return [
        s(scores, [5]),
        s(scores, [5], merge_repeated=False, mask_index=1),
        s(s.real(2, 4, 3), [4, 2], "beam_search", beam_width=20, top_paths=2),
        s(s.real(1, 2, 2), [2], "beam_search", beam_width=3, top_paths=3, mask_index=1),
    ]


@composite(FLOAT, samples=_cases, differentiable=False)
def ctc_decode(
    inputs: Tensor,
    sequence_lengths: Index,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Tensor, Tensor]:
    """``paths, scores``: the sequences of labels that logits ``(batch, time, classes)`` stand for.

    Args:
        inputs: logits, not normalised.
        sequence_lengths: the number of time steps of each example, ``(batch,)``; clipped to what there is.
        strategy: ``"greedy"`` takes the likeliest class of each step; ``"beam_search"`` adds up, over all ways to write
            them, the probabilities of the `beam_width` likeliest beginnings.
        beam_width: of beam search.
        top_paths: how many sequences beam search returns, at most `beam_width`, the likeliest first.
        merge_repeated: whether the greedy strategy merges equal neighbours. Beam search always does.
        mask_index: the class that is the blank.

    Returns:
        int32 ``(paths, batch, time)``, one path for ``"greedy"``, filled up with -1 behind the labels; and for
        ``"greedy"`` minus the sum of the largest logits, ``(batch, 1)``, for ``"beam_search"`` the logarithms of the
        probabilities, ``(batch, top_paths)``. Where there are fewer sequences than asked for, the rest is empty with
        minus infinity. Of equal scores the first class, and the beginning that was likelier a step before, come first.
    """
    check_scores("ctc_decode", tuple(inputs.shape), tuple(sequence_lengths.shape), mask_index)
    if strategy not in ("greedy", "beam_search"):
        raise ArgumentError(f"ctc_decode: strategy must be 'greedy' or 'beam_search', got {strategy!r}.")
    lengths = expand_dims(clipped(sequence_lengths, tuple(inputs.shape)[1]), 1)
    if strategy == "greedy":
        return _greedy(inputs, lengths, merge_repeated, mask_index)
    if not 1 <= top_paths <= beam_width:
        raise ArgumentError(f"ctc_decode: top_paths must be between 1 and beam_width {beam_width}, got {top_paths}.")
    paths, scores = _beam_search(log_softmax(in_float32(inputs)), lengths, beam_width, top_paths, mask_index)
    return paths, returned(scores, inputs)


def _greedy(inputs: Tensor, lengths: Tensor, merge_repeated: bool, mask_index: int) -> tuple[Tensor, Tensor]:
    batch, time, _ = tuple(inputs.shape)
    steps = np.arange(time).astype("int32")
    alive = less(steps, lengths)
    labels = where(alive, argmax(inputs, axis=-1), mask_index)
    scores = sum_(where(alive, amax(in_float32(inputs), axis=-1), 0), axis=1, keepdims=True)
    dropped = equal(labels, mask_index)
    if merge_repeated and time:
        before = pad_constant(strided_slice(labels, (0, 0), (batch, time - 1), (1, 1)), ((0, 0), (1, 0)), -1)
        dropped = logical_or(dropped, equal(labels, before))
    order = argsort(where(dropped, time, steps), axis=1)
    labels = take_along_axis(where(dropped, -1, labels), order, 1)
    return expand_dims(labels, 0), returned(negative(scores), inputs)


def _beam_search(logp: Tensor, lengths: Tensor, width: int, top_paths: int, blank: int) -> tuple[Tensor, Tensor]:
    """Prefix search: Hannun et al. 2014, arXiv:1408.2873, without a language model.

    The state: beginnings ``(batch, width, time)``, -1 behind their labels; their number of labels; the logarithms of
    the probability to have written them with a blank at the end, and with a label at the end.
    """
    batch, time, classes = tuple(logp.shape)
    places = np.arange(time).astype("int32")
    number = np.arange(classes).astype("int32")
    kind = dtype(logp)
    ending = np.full((batch, width), IMPOSSIBLE, kind)
    ending[:, 0] = 0
    start = (
        np.full((batch, width, time), -1, "int32"),
        np.zeros((batch, width), "int32"),
        ending,
        np.full((batch, width), IMPOSSIBLE, kind),
    )

    def at_end(paths: Tensor, size: Tensor) -> Tensor:
        return equal(places, subtract(expand_dims(size, 2), 1))

    def step(state: Any, x: Any) -> Any:
        paths, size, by_blank, by_label = state
        scores, alive = x  # (batch, classes), (batch, 1)
        total = logaddexp(by_blank, by_label)
        is_last = at_end(paths, size)
        last = sum_(where(is_last, paths, 0), axis=2)  # of no labels: any class, of probability 0
        wide = expand_dims(scores, 1)  # (batch, 1, classes)
        repeats = logical_and(equal(number, expand_dims(last, 2)), greater(expand_dims(size, 2), 0))
        longer = add(where(repeats, expand_dims(by_blank, 2), expand_dims(total, 2)), wide)
        longer = where(equal(number, blank), IMPOSSIBLE, longer)  # (batch, width, classes)
        stays_by_blank = add(total, strided_slice(scores, (0, blank), (batch, blank + 1), (1, 1)))
        stays_by_label = add(by_label, take_along_axis(scores, last, 1))
        # A beginning that another one grows into: [b, j, i] says that beginning j is i and one label more.
        possible = greater(total, IMPOSSIBLE / 2)
        stems = where(is_last, -1, paths)
        grows = all_(equal(expand_dims(stems, 2), expand_dims(paths, 1)), axis=3)
        grows = logical_and(grows, equal(expand_dims(size, 2), add(expand_dims(size, 1), 1)))
        grows = logical_and(grows, logical_and(expand_dims(possible, 2), expand_dims(possible, 1)))
        gained = take_along_axis(swapaxes(longer, 1, 2), expand_dims(last, 2), 1)  # (batch, j, i)
        stays_by_label = logaddexp(stays_by_label, amax(where(grows, gained, IMPOSSIBLE), axis=2))
        taken = matmul(cast(swapaxes(grows, 1, 2), kind), cast(one_hot(last, classes), kind))
        longer = where(greater(taken, 0), IMPOSSIBLE, longer)
        stays = logaddexp(stays_by_blank, stays_by_label)
        every = concatenate([stays, reshape(longer, (batch, width * classes))], axis=1)
        _, best = top_k(every, width)
        is_longer = logical_not(less(best, width))
        grown = where(is_longer, subtract(best, width), 0)
        parent = where(is_longer, floor_divide(grown, classes), best)
        label = mod(grown, classes)
        new_paths = take_along_axis(paths, expand_dims(parent, 2), 1)
        new_size = take_along_axis(size, parent, 1)
        added = logical_and(expand_dims(is_longer, 2), equal(places, expand_dims(new_size, 2)))
        chosen = take_along_axis(every, best, 1)
        new = (
            where(added, expand_dims(label, 2), new_paths),
            add(new_size, cast(is_longer, "int32")),
            where(is_longer, IMPOSSIBLE, take_along_axis(stays_by_blank, parent, 1)),
            where(is_longer, chosen, take_along_axis(stays_by_label, parent, 1)),
        )
        kept = [where(expand_dims(alive, 2) if i == 0 else alive, a, b) for i, (a, b) in enumerate(zip(new, state))]
        return tuple(kept), None

    state: Any = start
    if time:
        alive = less(expand_dims(places, 1), transpose(lengths))  # (time, batch)
        state, _ = scan(step, start, (transpose(logp, (1, 0, 2)), expand_dims(alive, 2)))
    paths, _, by_blank, by_label = state
    scores, best = top_k(logaddexp(by_blank, by_label), top_paths)
    found = greater(scores, IMPOSSIBLE / 2)
    paths = where(expand_dims(found, 2), take_along_axis(paths, expand_dims(best, 2), 1), -1)
    return transpose(paths, (1, 0, 2)), where(found, scores, float("-inf"))

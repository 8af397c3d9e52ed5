"""Connectionist temporal classification by writing down every labelling of the time steps."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special


def _read(labelling: tuple[int, ...], blank: int, merge: bool = True) -> tuple[int, ...]:
    kept = [c for c, before in zip(labelling, (None, *labelling), strict=False) if not (merge and c == before)]
    return tuple(c for c in kept if c != blank)


def _probabilities(logits: np.ndarray, blank: int) -> dict[tuple[int, ...], float]:
    """From sequences of labels to the logarithm of their probability, for one example."""
    logp = special.log_softmax(logits, -1)
    found: dict[tuple[int, ...], list[float]] = {}
    for labelling in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        score = float(sum(logp[t, c] for t, c in enumerate(labelling)))
        found.setdefault(_read(labelling, blank), []).append(score)
    return {sequence: float(special.logsumexp(scores)) for sequence, scores in found.items()}


def _loss(target: Any, output: np.ndarray, target_length: Any, output_length: Any, blank: int) -> Any:
    losses = []
    for labels, logits, n, t in zip(target, output, target_length, output_length, strict=True):
        sequence = tuple(int(c) for c in labels[:n])
        losses.append(-_probabilities(logits[:t], blank).get(sequence, -np.inf))
    return np.array(losses)


def _decode(x: np.ndarray, lengths: Any, strategy: str, width: int, top: int, merge: bool, blank: int) -> Any:
    count = 1 if strategy == "greedy" else top
    paths, scores = np.full((count, *x.shape[:2]), -1), np.full((len(x), count), -np.inf)
    for b, (logits, length) in enumerate(zip(x, lengths, strict=True)):
        if strategy == "greedy":
            best = [(_read(tuple(logits[:length].argmax(-1)), blank, merge), -logits[:length].max(-1).sum())]
        else:
            best = sorted(_probabilities(logits[:length], blank).items(), key=lambda item: -item[1])[:top]
        for i, (sequence, score) in enumerate(best):
            paths[i, b, : len(sequence)] = sequence
            scores[b, i] = score
    return paths, scores


ORACLES: dict[str, Callable[..., Any]] = {"ctc_loss": _loss, "ctc_decode": _decode}

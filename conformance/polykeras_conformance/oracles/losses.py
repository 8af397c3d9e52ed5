"""The cross-entropies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

EPSILON = 1e-7


def _log_probabilities(output: Any, from_logits: bool, axis: int) -> Any:
    if from_logits:
        return special.log_softmax(output, axis)
    share = output / output.sum(axis, keepdims=True)
    return np.log(np.clip(share, EPSILON, 1 - EPSILON))


def _categorical(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    return -(target * _log_probabilities(output, from_logits, axis)).sum(axis)


def _sparse(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    scores = np.moveaxis(_log_probabilities(output, from_logits, axis), axis, -1)
    target = np.asarray(target)
    if target.ndim == scores.ndim:
        target = np.squeeze(target, axis)
    loss = np.full(target.shape, np.nan)
    for place in np.ndindex(*target.shape):
        if 0 <= target[place] < scores.shape[-1]:
            loss[place] = -scores[place][target[place]]
    return loss


def _binary(target: Any, output: Any, from_logits: bool) -> Any:
    if from_logits:
        return -(target * special.log_expit(output) + (1 - target) * special.log_expit(-output))
    p = np.clip(output, EPSILON, 1 - EPSILON)
    return -(special.xlogy(target, p) + special.xlogy(1 - target, 1 - p))


ORACLES: dict[str, Callable[..., Any]] = {
    "categorical_crossentropy": _categorical,
    "sparse_categorical_crossentropy": _sparse,
    "binary_crossentropy": _binary,
}

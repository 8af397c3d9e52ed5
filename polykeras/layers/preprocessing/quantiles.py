"""Quantiles of data that come in batches and are too many to keep.

A summary of data is an array ``(2, n)``, float32: n of the values in order, and how many values each stands for.
"""

from __future__ import annotations

import numpy as np


def summary_of(values: np.ndarray, epsilon: float) -> np.ndarray:
    """A summary of about ``1 / epsilon`` evenly spread ranks."""
    values = np.sort(values.reshape(-1).astype("float32"))
    step = max(len(values) * epsilon, 1)
    chosen = values[int(step - 1) :: int(step)]
    return np.stack([chosen, np.full_like(chosen, step)])


def merged(one: np.ndarray, other: np.ndarray, epsilon: float) -> np.ndarray:
    """The summary of the data of two summaries."""
    both = np.concatenate([one, other], axis=1)
    return compressed(both[:, np.argsort(both[0])], epsilon)


def compressed(summary: np.ndarray, epsilon: float) -> np.ndarray:
    """The values at the ranks ``epsilon, 2 epsilon, ..., 1``, between neighbours on a line; `summary` if that has fewer."""
    if summary.shape[1] * epsilon < 1:
        return summary
    ranks = epsilon * np.arange(1, np.ceil(1 / epsilon - 1e-9) + 1)
    seen = np.cumsum(summary[1])
    shares = seen / seen[-1]
    counts = np.interp(ranks, shares, seen)
    return np.stack([np.interp(ranks, shares, summary[0]), np.diff(counts, prepend=0)]).astype("float32")


def boundaries_of(summary: np.ndarray, bins: int) -> list[float]:
    """The ``bins - 1`` values that part the data evenly; fewer, if there are fewer data."""
    found: list[float] = compressed(summary, 1 / bins)[0, :-1].tolist()
    return found

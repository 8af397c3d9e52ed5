"""`stacked_lstm` by hand."""

from __future__ import annotations

import jax

from benchmarks.native.jax import loops
from benchmarks.native.jax.recurrence import lstm
from benchmarks.workloads import Fit
from benchmarks.workloads.stacked_lstm import BATCH, EPSILON, LAYERS, LEARNING_RATE, RHO, initial_weights


def _loss(weights: loops.Arrays, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
    h = x.swapaxes(0, 1)
    for layer in range(LAYERS):
        h = lstm(h, *weights[3 * layer : 3 * layer + 3])
    w, b = weights[-2:]
    return loops.cross_entropy(h[-1] @ w + b, y)


def step() -> Fit:
    """One jitted call a step."""
    return loops.fit_loop(initial_weights(), _loss, loops.rmsprop(LEARNING_RATE, RHO, EPSILON), BATCH)

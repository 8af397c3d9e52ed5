"""`lstm` by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from benchmarks.native.jax import loops
from benchmarks.native.jax.recurrence import lstm
from benchmarks.workloads import Fit
from benchmarks.workloads.lstm import BATCH, EPSILON, LEARNING_RATE, RHO, initial_weights


def _loss(weights: loops.Arrays, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
    embeddings, kernel, recurrent, bias, w, b = weights
    logits = lstm(embeddings[x.T], kernel, recurrent, bias)[-1] @ w + b
    return jnp.mean(jnp.maximum(logits, 0) - logits * y + jnp.log1p(jnp.exp(-jnp.abs(logits))))


def step() -> Fit:
    """One jitted call a step."""
    return loops.fit_loop(initial_weights(), _loss, loops.rmsprop(LEARNING_RATE, RHO, EPSILON), BATCH)

"""`mlp` by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from benchmarks.native.jax import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.mlp import BATCH, EPSILON, LEARNING_RATE, RATE, RHO, initial_weights

RULE = loops.rmsprop(LEARNING_RATE, RHO, EPSILON)


def _dropout(h: jax.Array, key: jax.Array) -> jax.Array:
    return jnp.where(jax.random.bernoulli(key, 1 - RATE, h.shape), h / (1 - RATE), 0)


def _loss(weights: loops.Arrays, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
    w1, b1, w2, b2, w3, b3 = weights
    key1, key2 = jax.random.split(key)
    h = _dropout(jax.nn.relu(x @ w1 + b1), key1)
    h = _dropout(jax.nn.relu(h @ w2 + b2), key2)
    return loops.cross_entropy(h @ w3 + b3, y)


def step() -> Fit:
    """One jitted call a step."""
    return loops.fit_loop(initial_weights(), _loss, RULE, BATCH)


def scan() -> Fit:
    """One jitted call an epoch."""
    return loops.fit_loop(initial_weights(), _loss, RULE, BATCH, scan=True)

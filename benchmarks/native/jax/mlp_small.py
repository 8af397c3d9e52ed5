"""`mlp_small` by hand."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.native.jax import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.mlp_small import BATCH, LEARNING_RATE, MOMENTUM, RATE, initial_weights


def build(scan: bool) -> Fit:

    def dropout(h: jax.Array, key: jax.Array) -> jax.Array:
        return jnp.where(jax.random.bernoulli(key, 1 - RATE, h.shape), h / (1 - RATE), 0)

    def loss(weights: Any, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
        w1, b1, w2, b2, w3, b3 = weights
        key1, key2 = jax.random.split(key)
        h = dropout(jnp.tanh(x @ w1 + b1), key1)
        h = dropout(jnp.tanh(h @ w2 + b2), key2)
        return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(h @ w3 + b3), axis=-1))

    return loops.fit_loop(initial_weights(), loss, loops.nesterov(LEARNING_RATE, MOMENTUM), BATCH, scan)


def step() -> Fit:
    """One jitted call a step."""
    return build(scan=False)


def scan() -> Fit:
    """One jitted call an epoch."""
    return build(scan=True)

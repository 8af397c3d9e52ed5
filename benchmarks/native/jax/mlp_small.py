"""`mlp_small` by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from benchmarks.native.jax import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.mlp_small import BATCH, LEARNING_RATE, MOMENTUM, RATE, initial_weights

RULE = loops.nesterov(LEARNING_RATE, MOMENTUM)


def dropout(h: jax.Array, key: jax.Array) -> jax.Array:
    """Half of `h` set to zero, the rest doubled."""
    return jnp.where(jax.random.bernoulli(key, 1 - RATE, h.shape), h / (1 - RATE), 0)


def loss(weights: loops.Arrays, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
    """What training minimises."""
    w1, b1, w2, b2, w3, b3 = weights
    key1, key2 = jax.random.split(key)
    h = dropout(jnp.tanh(x @ w1 + b1), key1)
    h = dropout(jnp.tanh(h @ w2 + b2), key2)
    return loops.cross_entropy(h @ w3 + b3, y)


def logits(weights: loops.Arrays, x: jax.Array) -> jax.Array:
    """The network without dropout, before its softmax."""
    w1, b1, w2, b2, w3, b3 = weights
    return jnp.tanh(jnp.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3


def step() -> Fit:
    """One jitted call a step."""
    return loops.fit_loop(initial_weights(), loss, RULE, BATCH)


def scan() -> Fit:
    """One jitted call an epoch."""
    return loops.fit_loop(initial_weights(), loss, RULE, BATCH, scan=True)

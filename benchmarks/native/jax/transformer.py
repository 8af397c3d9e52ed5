"""`transformer` by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from benchmarks.native.jax import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.transformer import (
    BATCH,
    BETA_1,
    BETA_2,
    BLOCKS,
    EPSILON,
    HEADS,
    LEARNING_RATE,
    NORM_EPSILON,
    SIZE,
    initial_weights,
)

BLOCK_WEIGHTS = 16


def _norm(x: jax.Array, scale: jax.Array, offset: jax.Array) -> jax.Array:
    mean = jnp.mean(x, axis=-1, keepdims=True)
    centred = x - mean
    variance = jnp.mean(centred * centred, axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt(variance + NORM_EPSILON) * scale + offset


def _attention(x: jax.Array, weights: loops.Arrays) -> jax.Array:
    wq, bq, wk, bk, wv, bv, wo, bo = weights
    rows, steps, features = x.shape

    def heads(w: jax.Array, b: jax.Array) -> jax.Array:
        return (x @ w + b).reshape(rows, steps, HEADS, SIZE)

    scores = jnp.einsum("bqhd,bkhd->bhqk", heads(wq, bq) * SIZE**-0.5, heads(wk, bk))
    mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), heads(wv, bv))
    return mixed.reshape(rows, steps, features) @ wo + bo


def _loss(weights: loops.Arrays, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
    for block in range(BLOCKS):
        own = weights[block * BLOCK_WEIGHTS : (block + 1) * BLOCK_WEIGHTS]
        x = _norm(x + _attention(x, own[:8]), *own[8:10])
        w1, b1, w2, b2 = own[10:14]
        x = _norm(x + jax.nn.relu(x @ w1 + b1) @ w2 + b2, *own[14:])
    w, b = weights[-2:]
    return loops.cross_entropy(jnp.mean(x, axis=1) @ w + b, y)


def step() -> Fit:
    """One jitted call a step."""
    return loops.fit_loop(initial_weights(), _loss, loops.adam(LEARNING_RATE, BETA_1, BETA_2, EPSILON), BATCH)

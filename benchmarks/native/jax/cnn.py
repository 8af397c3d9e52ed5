"""`cnn` by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from benchmarks.native.jax import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.cnn import BATCH, LEARNING_RATE, MOMENTUM, initial_weights


def _conv(x: jax.Array, kernel: jax.Array, bias: jax.Array) -> jax.Array:
    dimensions = ("NHWC", "HWIO", "NHWC")
    return jax.nn.relu(jax.lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=dimensions) + bias)


def _pool(x: jax.Array) -> jax.Array:
    """Windows of 2 × 2 that do not overlap: a maximum over axes, whose gradient XLA runs faster than reduce_window's."""
    rows, height, width, channels = x.shape
    return jnp.max(x.reshape(rows, height // 2, 2, width // 2, 2, channels), axis=(2, 4))


def _loss(weights: loops.Arrays, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
    k1, b1, k2, b2, k3, b3, k4, b4, w5, b5, w6, b6 = weights
    h = _pool(_conv(_conv(x, k1, b1), k2, b2))
    h = _pool(_conv(_conv(h, k3, b3), k4, b4))
    h = jax.nn.relu(h.reshape(len(h), -1) @ w5 + b5)
    return loops.cross_entropy(h @ w6 + b6, y)


def step() -> Fit:
    """One jitted call a step."""
    return loops.fit_loop(initial_weights(), _loss, loops.nesterov(LEARNING_RATE, MOMENTUM), BATCH)

"""`evaluate` by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.native.jax.loops import cross_entropy
from benchmarks.native.jax.mlp_small import logits
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import initial_weights
from benchmarks.workloads.predict import BATCH


def step() -> Fit:
    """One jitted call a batch, which adds its loss to the total."""
    weights = [jnp.asarray(w) for w in initial_weights()]

    def add_loss(total: jax.Array, weights: list[jax.Array], x: jax.Array, y: jax.Array) -> jax.Array:
        return total + cross_entropy(logits(weights, x), y) * len(x)

    call = jax.jit(add_loss, donate_argnums=0)

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            total = np.zeros((), np.float32)
            for start in range(0, len(x), BATCH):
                total = call(total, weights, x[start : start + BATCH], y[start : start + BATCH])
            result = float(total) / len(x)
        return result

    return fit

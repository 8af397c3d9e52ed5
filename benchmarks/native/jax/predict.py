"""`predict` by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.native.jax.mlp_small import logits
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import initial_weights
from benchmarks.workloads.predict import BATCH


def step() -> Fit:
    """One jitted call a batch; the results are fetched at the end."""
    weights = [jnp.asarray(w) for w in initial_weights()]
    forward = jax.jit(lambda weights, x: jax.nn.softmax(logits(weights, x)))

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            parts = [forward(weights, x[start : start + BATCH]) for start in range(0, len(x), BATCH)]
            result = np.concatenate([np.asarray(part) for part in parts])
        return float(np.mean(result))

    return fit

"""`train_on_batch` by hand."""

from __future__ import annotations

import jax
import numpy as np

from benchmarks.native.jax import loops
from benchmarks.native.jax.mlp_small import RULE, loss
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import BATCH, initial_weights


def step() -> Fit:
    """One jitted call a batch, whose loss is fetched each time."""
    call = jax.jit(loops.make_step(loss, RULE), donate_argnums=0)
    state = loops.start_state(initial_weights(), RULE)

    def fit(x: Array, y: Array, epochs: int) -> float:
        nonlocal state
        for _ in range(epochs):
            losses = []
            for start in range(0, len(x), BATCH):
                state, value = call(state, x[start : start + BATCH], y[start : start + BATCH])
                losses.append(float(value))
        return float(np.mean(losses))

    return fit

"""`evaluate` by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.native.numpy import loops
from benchmarks.native.numpy.mlp_small import forward
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import initial_weights
from benchmarks.workloads.predict import BATCH


def loop() -> Fit:
    """Batch after batch; the mean of their losses."""
    weights = initial_weights()

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            losses = [
                loops.crossentropy(forward(weights, x[start : start + BATCH]), y[start : start + BATCH])
                for start in range(0, len(x), BATCH)
            ]
        return float(np.mean(losses))

    return fit

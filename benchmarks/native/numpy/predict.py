"""`predict` by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.native.numpy.mlp_small import forward
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import initial_weights
from benchmarks.workloads.predict import BATCH


def loop() -> Fit:
    """Batch after batch, each into its place in the result."""
    weights = initial_weights()

    def fit(x: Array, y: Array, epochs: int) -> float:
        result = np.empty_like(y)
        for _ in range(epochs):
            for start in range(0, len(x), BATCH):
                result[start : start + BATCH] = forward(weights, x[start : start + BATCH])
        return float(np.mean(result))

    return fit

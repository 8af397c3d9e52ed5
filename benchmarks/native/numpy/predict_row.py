"""`predict_row` by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.native.numpy.mlp_small import forward
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import initial_weights


def loop() -> Fit:
    """Row after row through the model."""
    weights = initial_weights()

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            for row in range(len(x)):
                result = forward(weights, x[row : row + 1])
        return float(np.sum(result))

    return fit

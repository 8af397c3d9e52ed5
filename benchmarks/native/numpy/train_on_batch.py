"""`train_on_batch` by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.native.numpy.mlp_small import training_step
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import BATCH


def loop() -> Fit:
    """The step of `mlp_small`, over the batches as they lie."""
    step = training_step()

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            losses = [step(x[start : start + BATCH], y[start : start + BATCH]) for start in range(0, len(x), BATCH)]
        return float(np.mean(losses))

    return fit

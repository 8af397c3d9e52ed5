"""`predict` by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.native.tensorflow.mlp_small import forward
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.predict import BATCH


def build(jit: bool) -> Fit:

    call = forward(BATCH, jit)

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            result = np.concatenate([call(x[i : i + BATCH]) for i in range(0, len(x), BATCH)])
        return float(np.mean(result))

    return fit


def function() -> Fit:
    """One call a batch."""
    return build(jit=False)


def jit() -> Fit:
    """The same, compiled by XLA."""
    return build(jit=True)

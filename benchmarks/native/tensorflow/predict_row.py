"""`predict_row` by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.native.tensorflow.mlp_small import forward
from benchmarks.workloads import Array, Fit


def build(jit: bool) -> Fit:

    call = forward(1, jit)

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            for i in range(len(x)):
                result = call(x[i : i + 1])
        return float(np.sum(result))

    return fit


def function() -> Fit:
    """One call a row."""
    return build(jit=False)


def jit() -> Fit:
    """The same, compiled by XLA."""
    return build(jit=True)

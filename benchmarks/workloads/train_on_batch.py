"""``train_on_batch`` with the model and the data of `mlp_small`; a step is one call."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Workload, mlp_small
from benchmarks.workloads.mlp_small import BATCH, data


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """``train_on_batch`` in the Keras API, over the batches as they lie."""
    model = mlp_small.keras_model(module, options)

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            losses = [
                model.train_on_batch(x[start : start + BATCH], y[start : start + BATCH])
                for start in range(0, len(x), BATCH)
            ]
        return float(np.mean(losses))

    return fit


NATIVE = {"numpy": ("loop",), "torch": ("eager",), "jax": ("step",), "tensorflow": ("function", "jit")}

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras, native=NATIVE)

"""``evaluate`` of 4,096 rows in batches of 32 with the model of `mlp_small`; a step is one call."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from benchmarks.workloads import BACKENDS, Array, Fit, Workload, mlp_small
from benchmarks.workloads.predict import BATCH, SAMPLES, data


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """``evaluate`` in the Keras API."""
    model = mlp_small.keras_model(module, options)

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            result = model.evaluate(x, y, batch_size=BATCH, verbose=0)
        return float(result)

    return fit


NATIVE = {"numpy": ("loop",), "torch": ("eager",), "jax": ("step",), "tensorflow": ("function", "jit")}

WORKLOAD = Workload(batch=SAMPLES, data=data, keras=keras, native=NATIVE, keras3_backends=BACKENDS, warm_up=3, steps=10)

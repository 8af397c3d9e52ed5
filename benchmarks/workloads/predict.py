"""``predict`` of 4,096 rows in batches of 32 with the model of `mlp_small`; a step is one call."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import BACKENDS, Array, Fit, Workload, mlp_small

BATCH = 32
SAMPLES = 4096


def data() -> tuple[Array, Array]:
    """The data of `mlp_small`, four times over."""
    x, y = mlp_small.data()
    return np.tile(x, (4, 1)), np.tile(y, (4, 1))


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """``predict`` in the Keras API."""
    model = mlp_small.keras_model(module, options)

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            result = model.predict(x, batch_size=BATCH, verbose=0)
        return float(np.mean(result))

    return fit


NATIVE = {"numpy": ("loop",), "torch": ("eager",), "jax": ("step",), "tensorflow": ("function", "jit")}

WORKLOAD = Workload(batch=SAMPLES, data=data, keras=keras, native=NATIVE, keras3_backends=BACKENDS, warm_up=3, steps=10)

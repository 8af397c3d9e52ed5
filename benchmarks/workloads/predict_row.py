"""``predict`` of one row with the model of `mlp_small`: what a call costs where there is nothing to compute.

A step is one call; by hand it is the compiled function, called with an array of one row, and its result as an array.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import BACKENDS, Array, Fit, Workload, mlp_small


def data() -> tuple[Array, Array]:
    """256 rows of the data of `mlp_small`."""
    x, y = mlp_small.data()
    return x[:256], y[:256]


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """``predict`` in the Keras API."""
    model = mlp_small.keras_model(module, options)

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            for row in range(len(x)):
                result = model.predict(x[row : row + 1], verbose=0)
        return float(np.sum(result))

    return fit


NATIVE = {"numpy": ("loop",), "torch": ("eager",), "jax": ("step",), "tensorflow": ("function", "jit")}

WORKLOAD = Workload(batch=1, data=data, keras=keras, native=NATIVE, keras3_backends=BACKENDS, warm_up=256, steps=512)

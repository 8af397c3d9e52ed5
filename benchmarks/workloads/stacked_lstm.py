"""Short series into classes: three LSTM of 32 units over 8 steps of 16 features; batch 64.

Softmax and categorical cross-entropy over 10 classes, RMSprop with learning rate 0.001 (rho 0.9, epsilon 1e-7); the LSTM
as Keras has it (gates i, f, c, o; sigmoid and tanh; forget bias one); 1,280 samples, so 20 steps an epoch; float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Workload, glorot, keras_fit, lstm_weights, one_hot_of_teacher

STEPS, FEATURES, UNITS, LAYERS, CLASSES = 8, 16, 32, 3, 10
BATCH = 64
SAMPLES = 1280
LEARNING_RATE, RHO, EPSILON = 0.001, 0.9, 1e-7


def data() -> tuple[Array, Array]:
    """Normal series, and the one-hot class that a random linear map gives them."""
    generator = np.random.default_rng(1)
    x = generator.normal(size=(SAMPLES, STEPS, FEATURES)).astype(np.float32)
    return x, one_hot_of_teacher(generator, x, CLASSES)


def initial_weights() -> list[Array]:
    """Kernel, recurrent kernel and bias of each LSTM, then kernel and bias of the dense layer."""
    generator = np.random.default_rng(0)
    weights: list[Array] = []
    for layer in range(LAYERS):
        weights += lstm_weights(generator, UNITS if layer else FEATURES, UNITS)
    return [*weights, glorot(generator, UNITS, CLASSES), np.zeros(CLASSES, np.float32)]


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """The model in the Keras API, trained by ``fit``."""
    layers = module.layers
    recurrent = [layers.LSTM(UNITS, return_sequences=layer < LAYERS - 1) for layer in range(LAYERS)]
    model = module.Sequential(
        [module.Input((STEPS, FEATURES)), *recurrent, layers.Dense(CLASSES, activation="softmax")]
    )
    optimizer = module.optimizers.RMSprop(LEARNING_RATE, rho=RHO, epsilon=EPSILON)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", **options)
    return keras_fit(model, BATCH)


NATIVE = {
    "torch": ("eager",),
    "jax": ("step",),
    "tensorflow": ("function", "jit", "block"),
}

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras, native=NATIVE, warm_up=100, steps=300)

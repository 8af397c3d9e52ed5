"""A small perceptron, where a step costs less than a framework's overhead: 20-64-64-10, batch 16.

tanh, dropout of one half after each hidden layer, softmax and categorical cross-entropy, SGD with learning rate
0.01 and Nesterov momentum 0.9; 1,024 samples, so 64 steps an epoch; float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Workload, dense_weights, keras_fit, one_hot_of_teacher

SIZES = (20, 64, 64, 10)
BATCH = 16
SAMPLES = 1024
RATE = 0.5
LEARNING_RATE = 0.01
MOMENTUM = 0.9


def data() -> tuple[Array, Array]:
    """Normal inputs, and the one-hot class that a random linear map gives them."""
    generator = np.random.default_rng(1)
    x = generator.normal(size=(SAMPLES, SIZES[0])).astype(np.float32)
    return x, one_hot_of_teacher(generator, x, SIZES[-1])


def initial_weights() -> list[Array]:
    """Kernel and bias of each layer."""
    return dense_weights(SIZES)


def keras_model(keras: ModuleType, options: Mapping[str, Any]) -> Any:
    """The compiled model in the Keras API."""
    inputs, *hidden, outputs = SIZES
    layers = [keras.Input((inputs,))]
    for units in hidden:
        layers += [keras.layers.Dense(units, activation="tanh"), keras.layers.Dropout(RATE)]
    model = keras.Sequential([*layers, keras.layers.Dense(outputs, activation="softmax")])
    optimizer = keras.optimizers.SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", **options)
    return model


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """The model in the Keras API, trained by ``fit``."""
    return keras_fit(keras_model(module, options), BATCH)


NATIVE = {
    "numpy": ("loop", "tuned"),
    "torch": ("eager",),
    "jax": ("step", "scan"),
    "tensorflow": ("function", "jit", "loop_epoch", "loop_epoch_jit"),
}

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras, native=NATIVE)

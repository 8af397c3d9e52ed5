"""A perceptron of the size that MNIST is learned with: 784-512-512-10, batch 128.

relu, dropout of 0.2 after each hidden layer, softmax and categorical cross-entropy, RMSprop with learning rate 0.001
(rho 0.9, epsilon 1e-7); 5,120 samples, so 40 steps an epoch; float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Workload, dense_weights, keras_fit, one_hot_of_teacher

SIZES = (784, 512, 512, 10)
BATCH = 128
SAMPLES = 5120
RATE = 0.2
LEARNING_RATE, RHO, EPSILON = 0.001, 0.9, 1e-7


def data() -> tuple[Array, Array]:
    """Uniform inputs, and the one-hot class that a random linear map gives them."""
    generator = np.random.default_rng(1)
    x = generator.uniform(-1, 1, size=(SAMPLES, SIZES[0])).astype(np.float32)
    return x, one_hot_of_teacher(generator, x, SIZES[-1])


def initial_weights() -> list[Array]:
    """Kernel and bias of each layer."""
    return dense_weights(SIZES)


def keras_model(module: ModuleType, options: Mapping[str, Any]) -> Any:
    """The compiled model in the Keras API."""
    inputs, *hidden, outputs = SIZES
    layers = [module.Input((inputs,))]
    for units in hidden:
        layers += [module.layers.Dense(units, activation="relu"), module.layers.Dropout(RATE)]
    model = module.Sequential([*layers, module.layers.Dense(outputs, activation="softmax")])
    optimizer = module.optimizers.RMSprop(LEARNING_RATE, rho=RHO, epsilon=EPSILON)
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

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras, native=NATIVE, warm_up=40, steps=120)

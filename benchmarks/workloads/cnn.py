"""A small convnet of the VGG kind on 32 × 32 × 3 images, batch 32.

Convolutions 3 × 3 without padding, 32, 32, max-pooling 2 × 2, 64, 64, max-pooling 2 × 2, dense 256, all relu; softmax
and categorical cross-entropy over 10 classes; SGD with learning rate 0.01 and Nesterov momentum 0.9; channels last;
640 samples, so 20 steps an epoch; float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Workload, glorot, keras_fit, one_hot_of_teacher

IMAGE = (32, 32, 3)
CLASSES = 10
DENSE = 256
FILTERS = (32, 32, 64, 64)
FLAT = 5 * 5 * FILTERS[-1]
BATCH = 32
SAMPLES = 640
LEARNING_RATE = 0.01
MOMENTUM = 0.9


def data() -> tuple[Array, Array]:
    """Uniform images, and the one-hot class that a random linear map gives them."""
    generator = np.random.default_rng(1)
    x = generator.uniform(-1, 1, size=(SAMPLES, *IMAGE)).astype(np.float32)
    return x, one_hot_of_teacher(generator, x, CLASSES)


def initial_weights() -> list[Array]:
    """Kernel (height, width, in, out) and bias of each convolution, then of the two dense layers."""
    generator = np.random.default_rng(0)
    weights: list[Array] = []
    channels = IMAGE[-1]
    for filters in FILTERS:
        weights += [glorot(generator, 3, 3, channels, filters), np.zeros(filters, np.float32)]
        channels = filters
    for inputs, outputs in ((FLAT, DENSE), (DENSE, CLASSES)):
        weights += [glorot(generator, inputs, outputs), np.zeros(outputs, np.float32)]
    return weights


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """The model in the Keras API, trained by ``fit``."""
    layers = module.layers
    first, second, third, fourth = FILTERS
    model = module.Sequential(
        [
            module.Input(IMAGE),
            layers.Conv2D(first, (3, 3), activation="relu"),
            layers.Conv2D(second, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Conv2D(third, (3, 3), activation="relu"),
            layers.Conv2D(fourth, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(DENSE, activation="relu"),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    optimizer = module.optimizers.SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", **options)
    return keras_fit(model, BATCH)


NATIVE = {"torch": ("eager",), "jax": ("step",), "tensorflow": ("function",)}

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras, native=NATIVE, warm_up=20, steps=40)

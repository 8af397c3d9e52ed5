"""Two encoder blocks on 64 steps of 128 features, 4 heads of 32; batch 32.

A block is x := norm(x + attention(x)), x := norm(x + dense 128(relu dense 512(x))), normalised over features with
epsilon 1e-3; then the mean over steps, softmax and categorical cross-entropy over 10 classes; Adam with learning rate
0.001 (0.9, 0.999, epsilon 1e-7); 320 samples, so 10 steps an epoch; float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Workload, glorot, keras_fit, one_hot_of_teacher

STEPS, FEATURES, HEADS, BLOCKS, HIDDEN, CLASSES = 64, 128, 4, 2, 512, 10
SIZE = FEATURES // HEADS
NORM_EPSILON = 1e-3
BATCH = 32
SAMPLES = 320
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 0.001, 0.9, 0.999, 1e-7


def data() -> tuple[Array, Array]:
    """Normal series, and the one-hot class that a random linear map gives them."""
    generator = np.random.default_rng(1)
    x = generator.normal(size=(SAMPLES, STEPS, FEATURES)).astype(np.float32)
    return x, one_hot_of_teacher(generator, x, CLASSES)


def initial_weights() -> list[Array]:
    """Of each block, then of the last layer.

    A block: kernel (128, 128) and bias of query, key, value and the output projection, scale and offset of the
    first normalisation, kernel and bias of the two dense layers, scale and offset of the second normalisation.
    """
    generator = np.random.default_rng(0)

    def dense(inputs: int, outputs: int) -> list[Array]:
        return [glorot(generator, inputs, outputs), np.zeros(outputs, np.float32)]

    def norm() -> list[Array]:
        return [np.ones(FEATURES, np.float32), np.zeros(FEATURES, np.float32)]

    weights: list[Array] = []
    for _ in range(BLOCKS):
        for _ in range(4):
            weights += dense(FEATURES, FEATURES)
        weights += [*norm(), *dense(FEATURES, HIDDEN), *dense(HIDDEN, FEATURES), *norm()]
    return weights + dense(FEATURES, CLASSES)


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """The model in the Keras API, trained by ``fit``."""
    layers = module.layers
    inputs = x = module.Input((STEPS, FEATURES))
    for _ in range(BLOCKS):
        attended = layers.MultiHeadAttention(HEADS, SIZE)(x, x)
        x = layers.LayerNormalization(epsilon=NORM_EPSILON)(layers.Add()([x, attended]))
        hidden = layers.Dense(HIDDEN, activation="relu")(x)
        x = layers.LayerNormalization(epsilon=NORM_EPSILON)(layers.Add()([x, layers.Dense(FEATURES)(hidden)]))
    outputs = layers.Dense(CLASSES, activation="softmax")(layers.GlobalAveragePooling1D()(x))
    model = module.Model(inputs, outputs)
    optimizer = module.optimizers.Adam(LEARNING_RATE, beta_1=BETA_1, beta_2=BETA_2, epsilon=EPSILON)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", **options)
    return keras_fit(model, BATCH)


NATIVE = {
    "torch": ("eager",),
    "jax": ("step",),
    "tensorflow": ("function", "jit"),
}

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras, native=NATIVE, warm_up=10, steps=30)

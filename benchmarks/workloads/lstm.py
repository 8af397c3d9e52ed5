"""Sentences into yes or no: Embedding 5,000 × 64, LSTM 64 over 80 steps, a sigmoid; batch 32.

Binary cross-entropy, RMSprop with learning rate 0.001 (rho 0.9, epsilon 1e-7); the LSTM as Keras has it (gates i, f, c,
o; sigmoid and tanh; forget bias one); 640 samples, so 20 steps an epoch; float32, int32 words.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Workload, glorot, keras_fit, lstm_weights

WORDS, FEATURES, STEPS, UNITS = 5000, 64, 80, 64
BATCH = 32
SAMPLES = 640
LEARNING_RATE, RHO, EPSILON = 0.001, 0.9, 1e-7


def data() -> tuple[Array, Array]:
    """Words drawn evenly; yes where those of the lower half are in the majority."""
    x = np.random.default_rng(1).integers(0, WORDS, size=(SAMPLES, STEPS)).astype(np.int32)
    return x, ((x < WORDS // 2).mean(axis=1, keepdims=True) > 0.5).astype(np.float32)


def initial_weights() -> list[Array]:
    """Embeddings; kernel (64, 256), recurrent kernel (64, 256) and bias (256) of the LSTM; kernel and bias."""
    generator = np.random.default_rng(0)
    return [
        generator.uniform(-0.05, 0.05, (WORDS, FEATURES)).astype(np.float32),
        *lstm_weights(generator, FEATURES, UNITS),
        glorot(generator, UNITS, 1),
        np.zeros(1, np.float32),
    ]


def keras(module: ModuleType, options: Mapping[str, Any]) -> Fit:
    """The model in the Keras API, trained by ``fit``."""
    layers = module.layers
    model = module.Sequential(
        [
            module.Input((STEPS,), dtype="int32"),
            layers.Embedding(WORDS, FEATURES),
            layers.LSTM(UNITS),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    optimizer = module.optimizers.RMSprop(LEARNING_RATE, rho=RHO, epsilon=EPSILON)
    model.compile(optimizer=optimizer, loss="binary_crossentropy", **options)
    return keras_fit(model, BATCH)


NATIVE = {
    "torch": ("eager",),
    "jax": ("step",),
    "tensorflow": ("function", "jit", "block"),
}

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras, native=NATIVE, warm_up=20, steps=60)

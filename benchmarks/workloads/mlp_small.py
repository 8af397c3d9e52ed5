"""A small perceptron, where a step costs less than a framework's overhead: 20-64-64-10, batch 16.

tanh, dropout of one half after each hidden layer, softmax and categorical cross-entropy, SGD with learning rate
0.01 and Nesterov momentum 0.9; 1,024 samples, so 64 steps an epoch; float32.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Fit, Native, Workload

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
    teacher = generator.normal(size=(SIZES[0], SIZES[-1])).astype(np.float32)
    return x, np.eye(SIZES[-1], dtype=np.float32)[np.argmax(x @ teacher, axis=1)]


def initial_weights() -> list[Array]:
    """Kernel and bias of each layer: Glorot uniform, and zeros."""
    generator = np.random.default_rng(0)
    weights: list[Array] = []
    for inputs, outputs in itertools.pairwise(SIZES):
        limit = np.sqrt(6.0 / (inputs + outputs))
        weights.append(generator.uniform(-limit, limit, (inputs, outputs)).astype(np.float32))
        weights.append(np.zeros(outputs, np.float32))
    return weights


def keras_fit(keras: ModuleType, options: Mapping[str, Any]) -> Fit:
    """The model in the Keras API, trained by ``fit`` as anybody would call it."""
    inputs, *hidden, outputs = SIZES
    layers = [keras.Input((inputs,))]
    for units in hidden:
        layers += [keras.layers.Dense(units, activation="tanh"), keras.layers.Dropout(RATE)]
    model = keras.Sequential([*layers, keras.layers.Dense(outputs, activation="softmax")])
    optimizer = keras.optimizers.SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", **options)

    def fit(x: Array, y: Array, epochs: int) -> float:
        history = model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0)
        return float(history.history["loss"][-1])

    return fit


def numpy_fit() -> Fit:
    """Forward and backward by hand, as one writes it."""
    from benchmarks.native import numpy_loops as loops

    weights = initial_weights()
    w1, b1, w2, b2, w3, b3 = weights
    update = loops.nesterov(weights, LEARNING_RATE, MOMENTUM)
    dropout_mask = loops.dropout_masks(RATE)

    def step(x: Array, y: Array) -> float:
        h1 = np.tanh(x @ w1 + b1)
        mask1 = dropout_mask(h1.shape)
        d1 = h1 * mask1
        h2 = np.tanh(d1 @ w2 + b2)
        mask2 = dropout_mask(h2.shape)
        d2 = h2 * mask2
        logits = d2 @ w3 + b3
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log((p * y).sum(axis=1)).mean()

        g3 = (p - y) / np.float32(len(x))
        g2 = (g3 @ w3.T) * mask2 * (1 - h2 * h2)
        g1 = (g2 @ w2.T) * mask1 * (1 - h1 * h1)
        update([x.T @ g1, g1.sum(axis=0), d1.T @ g2, g2.sum(axis=0), d2.T @ g3, g3.sum(axis=0)])
        return loss

    return loops.fit_loop(step, BATCH)


def numpy_tuned_fit() -> Fit:
    """The same arithmetic with every trick: one flat buffer for all parameters, and results written in place."""
    from benchmarks.native import numpy_loops as loops

    flat, (w1, b1, w2, b2, w3, b3) = loops.packed(initial_weights())
    flat_gradient, (gw1, gb1, gw2, gb2, gw3, gb3) = loops.packed(initial_weights())
    update = loops.nesterov([flat], LEARNING_RATE, MOMENTUM)
    dropout_mask = loops.dropout_masks(RATE)
    one = np.float32(1)

    def back(gradient: Array, kernel: Array, mask: Array, h: Array) -> Array:
        gradient = gradient @ kernel.T
        gradient *= mask
        h *= h
        np.subtract(one, h, out=h)
        gradient *= h
        return gradient

    def step(x: Array, y: Array) -> float:
        h1 = x @ w1
        h1 += b1
        np.tanh(h1, out=h1)
        mask1 = dropout_mask(h1.shape)
        d1 = np.multiply(h1, mask1)
        h2 = d1 @ w2
        h2 += b2
        np.tanh(h2, out=h2)
        mask2 = dropout_mask(h2.shape)
        d2 = np.multiply(h2, mask2)
        logits = d2 @ w3
        logits += b3
        logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
        g3 = np.exp(logits)
        sums = np.add.reduce(g3, axis=1, keepdims=True)
        loss = (np.add.reduce(np.log(sums), axis=None) - np.vdot(logits, y)) / len(x)

        g3 /= sums
        g3 -= y
        g3 *= np.float32(1 / len(x))
        np.matmul(d2.T, g3, out=gw3)
        np.add.reduce(g3, axis=0, out=gb3)
        g2 = back(g3, w3, mask2, h2)
        np.matmul(d1.T, g2, out=gw2)
        np.add.reduce(g2, axis=0, out=gb2)
        g1 = back(g2, w2, mask1, h1)
        np.matmul(x.T, g1, out=gw1)
        np.add.reduce(g1, axis=0, out=gb1)
        update([flat_gradient])
        return float(loss)

    return loops.fit_loop(step, BATCH)


def torch_fit() -> Fit:
    """Tensors and functions, no modules; the loss is taken on the logits."""
    import torch
    import torch.nn.functional as F

    from benchmarks.native import torch_loops as loops

    weights = [torch.from_numpy(w).requires_grad_() for w in initial_weights()]
    w1, b1, w2, b2, w3, b3 = weights

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = F.dropout(torch.tanh(torch.addmm(b1, x, w1)), RATE)
        h = F.dropout(torch.tanh(torch.addmm(b2, h, w2)), RATE)
        return F.cross_entropy(torch.addmm(b3, h, w3), y)

    return loops.fit_loop(weights, loss, loops.nesterov(weights, LEARNING_RATE, MOMENTUM), BATCH)


def jax_fit(scan: bool = False) -> Fit:
    """One jitted call a step, or with ``scan`` one an epoch."""
    import jax
    import jax.numpy as jnp

    from benchmarks.native import jax_loops as loops

    def dropout(h: jax.Array, key: jax.Array) -> jax.Array:
        return jnp.where(jax.random.bernoulli(key, 1 - RATE, h.shape), h / (1 - RATE), 0)

    def loss(weights: Any, key: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
        w1, b1, w2, b2, w3, b3 = weights
        key1, key2 = jax.random.split(key)
        h = dropout(jnp.tanh(x @ w1 + b1), key1)
        h = dropout(jnp.tanh(h @ w2 + b2), key2)
        return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(h @ w3 + b3), axis=-1))

    return loops.fit_loop(initial_weights(), loss, loops.nesterov(LEARNING_RATE, MOMENTUM), BATCH, scan)


def tensorflow_fit(jit: bool = False, loop: bool = False) -> Fit:
    """One ``tf.function`` call a step, or with ``loop`` one an epoch; ``jit``: compiled by XLA."""
    import tensorflow as tf

    from benchmarks.native import tensorflow_loops as loops

    weights = [tf.Variable(w) for w in initial_weights()]

    def dropout(h: Any, seed: Any) -> Any:
        kept = tf.random.stateless_uniform(tf.shape(h), seed) < 1 - RATE
        return tf.where(kept, h / (1 - RATE), 0.0)

    def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
        w1, b1, w2, b2, w3, b3 = weights
        h = dropout(tf.tanh(x @ w1 + b1), seed)
        h = dropout(tf.tanh(h @ w2 + b2), seed + np.array([1, 0], np.int64))
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, h @ w3 + b3))

    update = loops.nesterov(weights, LEARNING_RATE, MOMENTUM)
    return loops.fit_loop(weights, loss, update, BATCH, jit, loop)


NATIVE: dict[str, dict[str, Native]] = {
    "numpy": {"loop": Native(numpy_fit), "tuned": Native(numpy_tuned_fit)},
    "torch": {"eager": Native(torch_fit)},
    "jax": {"step": Native(jax_fit), "scan": Native(lambda: jax_fit(scan=True), one_step=False)},
    "tensorflow": {
        "function": Native(tensorflow_fit),
        "jit": Native(lambda: tensorflow_fit(jit=True)),
        "loop": Native(lambda: tensorflow_fit(loop=True), one_step=False),
        "loop_jit": Native(lambda: tensorflow_fit(jit=True, loop=True), one_step=False),
    },
}

WORKLOAD = Workload(batch=BATCH, data=data, keras=keras_fit, native=NATIVE)

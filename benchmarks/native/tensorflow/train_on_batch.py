"""`train_on_batch` by hand: the batch comes from the host, and its loss goes there."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.native.tensorflow import loops
from benchmarks.native.tensorflow.mlp_small import loss
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import BATCH, LEARNING_RATE, MOMENTUM, SIZES, initial_weights


def build(jit: bool) -> Fit:

    weights = [tf.Variable(w) for w in initial_weights()]
    update = loops.nesterov(weights, LEARNING_RATE, MOMENTUM)
    counter = tf.Variable(np.array([0, 0], np.int64))

    @tf.function(jit_compile=jit)
    def one_step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(weights, counter, x, y)
        update(tape.gradient(value, weights))
        counter.assign_add(np.array([0, 1], np.int64))
        return value

    step = one_step.get_concrete_function(tf.TensorSpec((BATCH, SIZES[0])), tf.TensorSpec((BATCH, SIZES[-1])))

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            losses = [
                float(step(tf.constant(x[i : i + BATCH]), tf.constant(y[i : i + BATCH])))
                for i in range(0, len(x), BATCH)
            ]
        return float(np.mean(losses))

    return fit


def function() -> Fit:
    """One call a batch."""
    return build(jit=False)


def jit() -> Fit:
    """The same, compiled by XLA."""
    return build(jit=True)

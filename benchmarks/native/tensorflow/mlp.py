"""`mlp` by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.native.tensorflow import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.mlp import BATCH, EPSILON, LEARNING_RATE, RATE, RHO, initial_weights


def build(jit: bool = False, loop: bool = False) -> Fit:

    weights = [tf.Variable(w) for w in initial_weights()]

    def dropout(h: Any, seed: Any) -> Any:
        kept = tf.random.stateless_uniform(tf.shape(h), seed) < 1 - RATE
        return tf.where(kept, h / (1 - RATE), 0.0)

    def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
        w1, b1, w2, b2, w3, b3 = weights
        h = dropout(tf.nn.relu(x @ w1 + b1), seed)
        h = dropout(tf.nn.relu(h @ w2 + b2), seed + np.array([1, 0], np.int64))
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, h @ w3 + b3))

    update = loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON, jit)
    return loops.fit_loop(weights, loss, update, BATCH, jit, loop)


def function() -> Fit:
    """One ``tf.function`` call a step."""
    return build()


def jit() -> Fit:
    """One call a step, compiled by XLA."""
    return build(jit=True)


def loop_epoch() -> Fit:
    """One call an epoch."""
    return build(loop=True)


def loop_epoch_jit() -> Fit:
    """One call an epoch, the step compiled by XLA."""
    return build(jit=True, loop=True)

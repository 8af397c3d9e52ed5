"""`transformer` by hand."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from benchmarks.native.tensorflow import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.transformer import (
    BATCH,
    BETA_1,
    BETA_2,
    BLOCKS,
    EPSILON,
    FEATURES,
    HEADS,
    LEARNING_RATE,
    NORM_EPSILON,
    SIZE,
    STEPS,
    initial_weights,
)

PER_BLOCK = 16  # weights


def build(jit: bool) -> Fit:

    weights = [tf.Variable(w) for w in initial_weights()]

    def heads(x: Any, order: tuple[int, ...]) -> Any:
        return tf.transpose(tf.reshape(x, (BATCH, STEPS, HEADS, SIZE)), order)

    def norm(x: Any, scale: Any, offset: Any) -> Any:
        mean, variance = tf.nn.moments(x, -1, keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, offset, scale, NORM_EPSILON)

    def block(x: Any, weights: Any) -> Any:
        wq, bq, wk, bk, wv, bv, wo, bo, s1, o1, w1, b1, w2, b2, s2, o2 = weights
        q, k = heads(x @ wq + bq, (0, 2, 1, 3)), heads(x @ wk + bk, (0, 2, 1, 3))
        v = heads(x @ wv + bv, (0, 2, 1, 3))
        scores = tf.nn.softmax(tf.matmul(q * SIZE**-0.5, k, transpose_b=True))
        mixed = tf.reshape(tf.transpose(scores @ v, (0, 2, 1, 3)), (BATCH * STEPS, FEATURES))
        x = norm(x + (mixed @ wo + bo), s1, o1)
        return norm(x + tf.nn.relu(x @ w1 + b1) @ w2 + b2, s2, o2)

    def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
        x = tf.reshape(x, (BATCH * STEPS, FEATURES))  # so that every product is one of matrices
        for i in range(BLOCKS):
            x = block(x, weights[PER_BLOCK * i : PER_BLOCK * (i + 1)])
        pooled = tf.reduce_mean(tf.reshape(x, (BATCH, STEPS, FEATURES)), 1)
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, pooled @ weights[-2] + weights[-1]))

    update = loops.adam(weights, LEARNING_RATE, BETA_1, BETA_2, EPSILON, jit)
    return loops.fit_loop(weights, loss, update, BATCH, jit)


def function() -> Fit:
    """One ``tf.function`` call a step."""
    return build(jit=False)


def jit() -> Fit:
    """The same, compiled by XLA."""
    return build(jit=True)

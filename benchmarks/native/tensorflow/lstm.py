"""`lstm` by hand."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from benchmarks.native.tensorflow import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.lstm import BATCH, EPSILON, LEARNING_RATE, RHO, initial_weights


def build(jit: bool) -> Fit:

    weights = [tf.Variable(w) for w in initial_weights()]

    def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
        table, kernel, recurrent, bias, w, b = weights
        # Steps first: the embeddings of a step lie together, and nothing is transposed.
        h = loops.lstm(tf.gather(table, tf.transpose(x)), kernel, recurrent, bias, unroll=False)[-1]
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, h @ w + b))

    update = loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON, jit)
    return loops.fit_loop(weights, loss, update, BATCH, jit)


def function() -> Fit:
    """One ``tf.function`` call a step; a loop over time."""
    return build(jit=False)


def jit() -> Fit:
    """The same, compiled by XLA."""
    return build(jit=True)


def block() -> Fit:
    """One call a step; the layer is TensorFlow's own kernel `BlockLSTM`."""
    weights = [tf.Variable(w) for w in initial_weights()]

    def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
        table, kernel, recurrent, bias, w, b = weights
        h = loops.block_lstm(tf.gather(table, tf.transpose(x)), kernel, recurrent, bias)[-1]
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, h @ w + b))

    update = loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON, False)
    return loops.fit_loop(weights, loss, update, BATCH)

"""`stacked_lstm` by hand: the few steps are written out."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from benchmarks.native.tensorflow import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.stacked_lstm import BATCH, EPSILON, LAYERS, LEARNING_RATE, RHO, initial_weights


def build(jit: bool, layer: Any) -> Fit:

    weights = [tf.Variable(w) for w in initial_weights()]

    def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
        *recurrent, w, b = weights
        x = tf.transpose(x, (1, 0, 2))
        for i in range(LAYERS):
            x = layer(x, *recurrent[3 * i : 3 * i + 3])
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, x[-1] @ w + b))

    update = loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON, jit)
    return loops.fit_loop(weights, loss, update, BATCH, jit)


def function() -> Fit:
    """One ``tf.function`` call a step."""
    return build(False, loops.lstm)


def jit() -> Fit:
    """The same, compiled by XLA."""
    return build(True, loops.lstm)


def block() -> Fit:
    """One call a step; each layer is TensorFlow's own kernel `BlockLSTM`."""
    return build(False, loops.block_lstm)

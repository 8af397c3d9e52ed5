"""`cnn` by hand: channels last, as TensorFlow's kernels for the CPU want them."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from benchmarks.native.tensorflow import loops
from benchmarks.workloads import Fit
from benchmarks.workloads.cnn import BATCH, FLAT, LEARNING_RATE, MOMENTUM, initial_weights


def function() -> Fit:
    """One ``tf.function`` call a step."""
    weights = [tf.Variable(w) for w in initial_weights()]

    def conv(x: Any, kernel: Any, bias: Any) -> Any:
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "VALID"), bias))

    def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
        k1, b1, k2, b2, k3, b3, k4, b4, w5, b5, w6, b6 = weights
        x = tf.nn.max_pool2d(conv(conv(x, k1, b1), k2, b2), 2, 2, "VALID")
        x = tf.nn.max_pool2d(conv(conv(x, k3, b3), k4, b4), 2, 2, "VALID")
        h = tf.nn.relu(tf.reshape(x, (-1, FLAT)) @ w5 + b5)
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, h @ w6 + b6))

    return loops.fit_loop(weights, loss, loops.nesterov(weights, LEARNING_RATE, MOMENTUM), BATCH)

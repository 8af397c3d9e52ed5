"""`mlp_small` by hand; `predict`, `evaluate` and others that use its model take it from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.native.tensorflow import loops
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import BATCH, LEARNING_RATE, MOMENTUM, RATE, SIZES, initial_weights


def dropout(h: Any, seed: Any) -> Any:
    kept = tf.random.stateless_uniform(tf.shape(h), seed) < 1 - RATE
    return tf.where(kept, h / (1 - RATE), 0.0)


def loss(weights: Any, seed: Any, x: Any, y: Any) -> Any:
    """The mean loss of a batch, in training."""
    w1, b1, w2, b2, w3, b3 = weights
    h = dropout(tf.tanh(x @ w1 + b1), seed)
    h = dropout(tf.tanh(h @ w2 + b2), seed + np.array([1, 0], np.int64))
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, h @ w3 + b3))


def logits(weights: Any, x: Any) -> Any:
    """What the softmax is taken of, without dropout."""
    w1, b1, w2, b2, w3, b3 = weights
    return tf.tanh(tf.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3


def forward(rows: int, jit: bool) -> Callable[[Array], Array]:
    """The probabilities for so many rows: a compiled function of arrays."""
    weights = [tf.Variable(w) for w in initial_weights()]
    function = tf.function(lambda x: tf.nn.softmax(logits(weights, x)), jit_compile=jit)
    concrete = function.get_concrete_function(tf.TensorSpec((rows, SIZES[0])))
    return lambda x: concrete(tf.constant(x)).numpy()


def build(jit: bool = False, loop: bool = False) -> Fit:

    weights = [tf.Variable(w) for w in initial_weights()]
    update = loops.nesterov(weights, LEARNING_RATE, MOMENTUM)
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

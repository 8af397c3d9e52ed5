"""`evaluate` by hand."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from benchmarks.native.tensorflow.mlp_small import logits
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.evaluate import BATCH
from benchmarks.workloads.mlp_small import SIZES, initial_weights


def build(jit: bool) -> Fit:

    weights = [tf.Variable(w) for w in initial_weights()]
    total = tf.Variable(0.0)

    @tf.function(jit_compile=jit)
    def one_batch(x: Any, y: Any) -> None:
        losses = tf.nn.softmax_cross_entropy_with_logits(y, logits(weights, x))
        total.assign_add(tf.reduce_sum(losses))

    step = one_batch.get_concrete_function(tf.TensorSpec((BATCH, SIZES[0])), tf.TensorSpec((BATCH, SIZES[-1])))

    def fit(x: Array, y: Array, epochs: int) -> float:
        for _ in range(epochs):
            total.assign(0.0)
            for i in range(0, len(x), BATCH):
                step(tf.constant(x[i : i + BATCH]), tf.constant(y[i : i + BATCH]))
        return float(total) / len(x)

    return fit


def function() -> Fit:
    """One call a batch."""
    return build(jit=False)


def jit() -> Fit:
    """The same, compiled by XLA."""
    return build(jit=True)

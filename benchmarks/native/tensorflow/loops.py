"""The training loop in TensorFlow: one ``tf.function`` a step; with XLA; or a loop over an epoch inside one.

A step is called as a concrete function: looking up the trace again at every call costs 0.15 ms, more than half
of a small step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.native import batches
from benchmarks.workloads import Array, Fit

Loss = Callable[[Sequence[Any], Any, Any, Any], Any]
Update = Callable[[Sequence[Any]], None]


def fit_loop(
    weights: Sequence[Any],
    loss: Loss,
    update: Update,
    batch: int,
    jit: bool = False,
    loop: bool = False,
    seed: int = 0,
) -> Fit:
    """Shuffled epochs of ``loss(weights, seed, x, y)``, ``seed`` being an int64 pair, and ``update(gradients)``.

    The data lies on the device and a step gathers its batch there. With ``loop``, one call runs a whole epoch;
    with ``jit``, XLA compiles the step.
    """
    total = tf.Variable(0.0)
    counter = tf.Variable(np.array([seed, 0], np.int64))

    @tf.function(jit_compile=jit)
    def one_step(x: Any, y: Any, rows: Any) -> None:
        with tf.GradientTape() as tape:
            value = loss(weights, counter, tf.gather(x, rows), tf.gather(y, rows))
        update(tape.gradient(value, weights))
        counter.assign_add(np.array([0, 1], np.int64))
        total.assign_add(value)

    @tf.function
    def one_epoch(x: Any, y: Any, order: Any) -> None:
        for i in tf.range(tf.shape(order)[0]):
            one_step(x, y, order[i])

    generator = np.random.default_rng(seed)

    def fit(x: Array, y: Array, epochs: int) -> float:
        count = batches(len(x), batch)
        xs, ys = tf.constant(x), tf.constant(y)
        for _ in range(epochs):
            total.assign(0.0)
            order = tf.constant(generator.permutation(len(x)).astype(np.int32).reshape(count, batch))
            if loop:
                one_epoch.get_concrete_function(xs, ys, order)(xs, ys, order)
            else:
                all_rows = tf.unstack(order)
                step = one_step.get_concrete_function(xs, ys, all_rows[0])
                for rows in all_rows:
                    step(xs, ys, rows)
        return float(total) / count

    return fit


def nesterov(weights: Sequence[Any], learning_rate: float, momentum: float) -> Update:
    """SGD with Nesterov momentum: v := m v - lr g;  w := w + m v - lr g."""
    velocities = [tf.Variable(tf.zeros_like(w)) for w in weights]

    def update(gradients: Sequence[Any]) -> None:
        for w, v, g in zip(weights, velocities, gradients):
            moved = v.assign(momentum * v - learning_rate * g)
            w.assign_add(momentum * moved - learning_rate * g)

    return update

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
        update([tf.convert_to_tensor(g) for g in tape.gradient(value, weights)])  # those of an embedding are sparse
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


def rmsprop(weights: Sequence[Any], learning_rate: float, rho: float, epsilon: float, jit: bool) -> Update:
    """v := rho v + (1 - rho) g²;  w := w - lr g / sqrt(v + epsilon). One kernel a weight, where XLA does not make one."""
    averages = [tf.Variable(tf.zeros_like(w)) for w in weights]
    steps = [tf.Variable(tf.zeros_like(w)) for w in weights]  # the kernel has momentum, and keeps the last step for it

    def plain(gradients: Sequence[Any]) -> None:
        for w, v, g in zip(weights, averages, gradients):
            spread = v.assign(rho * v + (1 - rho) * tf.square(g))
            w.assign_sub(learning_rate * g / tf.sqrt(spread + epsilon))

    def fused(gradients: Sequence[Any]) -> None:
        for w, v, s, g in zip(weights, averages, steps, gradients):
            tf.raw_ops.ResourceApplyRMSProp(
                var=w.handle, ms=v.handle, mom=s.handle, lr=learning_rate, rho=rho, momentum=0.0, epsilon=epsilon,
                grad=g,
            )  # fmt: skip

    return plain if jit else fused


def adam(
    weights: Sequence[Any], learning_rate: float, beta_1: float, beta_2: float, epsilon: float, jit: bool
) -> Update:
    """Kingma and Ba's update in the form with one scalar for both corrections. One kernel a weight, as `rmsprop`."""
    means, squares = ([tf.Variable(tf.zeros_like(w)) for w in weights] for _ in range(2))
    powers = [tf.Variable(beta_1), tf.Variable(beta_2)]

    def plain(gradients: Sequence[Any]) -> None:
        size = learning_rate * tf.sqrt(1 - powers[1]) / (1 - powers[0])
        for w, m, v, g in zip(weights, means, squares, gradients):
            mean = m.assign_add((1 - beta_1) * (g - m))
            square = v.assign_add((1 - beta_2) * (tf.square(g) - v))
            w.assign_sub(size * mean / (tf.sqrt(square) + epsilon))

    def fused(gradients: Sequence[Any]) -> None:
        for w, m, v, g in zip(weights, means, squares, gradients):
            tf.raw_ops.ResourceApplyAdam(
                var=w.handle, m=m.handle, v=v.handle, beta1_power=powers[0], beta2_power=powers[1], lr=learning_rate,
                beta1=beta_1, beta2=beta_2, epsilon=epsilon, grad=g,
            )  # fmt: skip

    def update(gradients: Sequence[Any]) -> None:
        (plain if jit else fused)(gradients)
        for power, beta in zip(powers, (beta_1, beta_2)):
            power.assign(power * beta)

    return update


def lstm(x: Any, kernel: Any, recurrent: Any, bias: Any, unroll: bool = True) -> Any:
    """The outputs of all steps; steps come first. All inputs are projected at once."""
    steps, rows, features = x.shape
    units = recurrent.shape[0]
    projected = tf.reshape(tf.reshape(x, (-1, features)) @ kernel + bias, (steps, rows, 4 * units))

    def step(h: Any, c: Any, x: Any) -> tuple[Any, Any]:
        i, f, new, o = tf.split(x + h @ recurrent, 4, -1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
        return tf.sigmoid(o) * tf.tanh(c), c

    h = c = tf.zeros((rows, units))
    if unroll:
        outputs = []
        for x in tf.unstack(projected):
            h, c = step(h, c, x)
            outputs.append(h)
        return tf.stack(outputs)

    def body(t: Any, h: Any, c: Any, outputs: Any) -> Any:
        h, c = step(h, c, projected[t])
        return t + 1, h, c, outputs.write(t, h)

    start = (tf.constant(0), h, c, tf.TensorArray(tf.float32, steps, element_shape=(rows, units)))
    return tf.while_loop(lambda t, *_: t < steps, body, start, maximum_iterations=steps)[-1].stack()


def block_lstm(x: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
    """As `lstm`, by TensorFlow's kernel, whose gates are i, new, f, o and whose two kernels are one."""

    def columns(w: Any) -> Any:
        i, f, new, o = tf.split(w, 4, -1)
        return tf.concat([i, new, f, o], -1)

    steps, rows, _ = x.shape
    units = recurrent.shape[0]
    start, peephole = tf.zeros((rows, units)), tf.zeros((units,))
    return tf.raw_ops.BlockLSTM(
        seq_len_max=tf.constant(steps, tf.int64), x=x, cs_prev=start, h_prev=start,
        w=columns(tf.concat([kernel, recurrent], 0)), wci=peephole, wcf=peephole, wco=peephole, b=columns(bias),
        forget_bias=0.0, cell_clip=-1.0, use_peephole=False,
    ).h  # fmt: skip

"""`mlp_small` by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.native.numpy import loops
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp_small import BATCH, LEARNING_RATE, MOMENTUM, RATE, initial_weights


def forward(weights: list[Array], x: Array) -> Array:
    """The probabilities, without dropout."""
    w1, b1, w2, b2, w3, b3 = weights
    return loops.softmax(np.tanh(np.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3)


def training_step() -> Callable[[Array, Array], float]:
    """Forward and backward by hand, as one writes it: a function from a batch to its loss."""

    weights = initial_weights()
    w1, b1, w2, b2, w3, b3 = weights
    update = loops.nesterov(weights, LEARNING_RATE, MOMENTUM)
    dropout_mask = loops.dropout_masks(RATE)

    def step(x: Array, y: Array) -> float:
        h1 = np.tanh(x @ w1 + b1)
        mask1 = dropout_mask(h1.shape)
        d1 = h1 * mask1
        h2 = np.tanh(d1 @ w2 + b2)
        mask2 = dropout_mask(h2.shape)
        d2 = h2 * mask2
        p = loops.softmax(d2 @ w3 + b3)
        loss = loops.crossentropy(p, y)

        g3 = (p - y) / np.float32(len(x))
        g2 = (g3 @ w3.T) * mask2 * (1 - h2 * h2)
        g1 = (g2 @ w2.T) * mask1 * (1 - h1 * h1)
        update([x.T @ g1, g1.sum(axis=0), d1.T @ g2, g2.sum(axis=0), d2.T @ g3, g3.sum(axis=0)])
        return loss

    return step


def loop() -> Fit:
    """Forward and backward as one writes them, updates array by array."""
    return loops.fit_loop(training_step(), BATCH)


def tuned() -> Fit:
    """The same arithmetic with every trick: one flat buffer for all parameters, and results written in place."""

    flat, (w1, b1, w2, b2, w3, b3) = loops.packed(initial_weights())
    flat_gradient, (gw1, gb1, gw2, gb2, gw3, gb3) = loops.packed(initial_weights())
    update = loops.nesterov([flat], LEARNING_RATE, MOMENTUM)
    dropout_mask = loops.dropout_masks(RATE)
    one = np.float32(1)

    def back(gradient: Array, kernel: Array, mask: Array, h: Array) -> Array:
        gradient = gradient @ kernel.T
        gradient *= mask
        h *= h
        np.subtract(one, h, out=h)
        gradient *= h
        return gradient

    def step(x: Array, y: Array) -> float:
        h1 = x @ w1
        h1 += b1
        np.tanh(h1, out=h1)
        mask1 = dropout_mask(h1.shape)
        d1 = np.multiply(h1, mask1)
        h2 = d1 @ w2
        h2 += b2
        np.tanh(h2, out=h2)
        mask2 = dropout_mask(h2.shape)
        d2 = np.multiply(h2, mask2)
        logits = d2 @ w3
        logits += b3
        logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
        g3 = np.exp(logits)
        sums = np.add.reduce(g3, axis=1, keepdims=True)
        loss = (np.add.reduce(np.log(sums), axis=None) - np.vdot(logits, y)) / len(x)

        g3 /= sums
        g3 -= y
        g3 *= np.float32(1 / len(x))
        np.matmul(d2.T, g3, out=gw3)
        np.add.reduce(g3, axis=0, out=gb3)
        g2 = back(g3, w3, mask2, h2)
        np.matmul(d1.T, g2, out=gw2)
        np.add.reduce(g2, axis=0, out=gb2)
        g1 = back(g2, w2, mask1, h1)
        np.matmul(x.T, g1, out=gw1)
        np.add.reduce(g1, axis=0, out=gb1)
        update([flat_gradient])
        return float(loss)

    return loops.fit_loop(step, BATCH)

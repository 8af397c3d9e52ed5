"""`mlp` by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.native.numpy import loops
from benchmarks.workloads import Array, Fit
from benchmarks.workloads.mlp import BATCH, EPSILON, LEARNING_RATE, RATE, RHO, initial_weights


def loop() -> Fit:
    """Forward and backward by hand, as one writes it."""

    weights = initial_weights()
    w1, b1, w2, b2, w3, b3 = weights
    update = loops.rmsprop(weights, LEARNING_RATE, RHO, EPSILON)
    dropout_mask = loops.dropout_masks(RATE)

    def step(x: Array, y: Array) -> float:
        h1 = np.maximum(x @ w1 + b1, 0)
        mask1 = dropout_mask(h1.shape)
        d1 = h1 * mask1
        h2 = np.maximum(d1 @ w2 + b2, 0)
        mask2 = dropout_mask(h2.shape)
        d2 = h2 * mask2
        p = loops.softmax(d2 @ w3 + b3)
        loss = loops.crossentropy(p, y)

        g3 = (p - y) / np.float32(len(x))
        g2 = (g3 @ w3.T) * mask2 * (h2 > 0)
        g1 = (g2 @ w2.T) * mask1 * (h1 > 0)
        update([x.T @ g1, g1.sum(axis=0), d1.T @ g2, g2.sum(axis=0), d2.T @ g3, g3.sum(axis=0)])
        return loss

    return loops.fit_loop(step, BATCH)


def tuned() -> Fit:
    """The same arithmetic in buffers that are made once; the update goes over one flat buffer for all parameters."""

    flat, (w1, b1, w2, b2, w3, b3) = loops.packed(initial_weights())
    gradient, (gw1, gb1, gw2, gb2, gw3, gb3) = loops.packed(initial_weights())
    velocity, scratch = np.zeros_like(flat), np.empty_like(flat)
    random = np.random.default_rng(0).random
    keep, scale = np.float32(1 - RATE), np.float32(1 / (1 - RATE))
    h1, mask1, h2, mask2 = (np.empty((BATCH, b1.size), np.float32) for _ in range(4))
    g = np.empty_like(h1)
    kept = np.empty(h1.shape, bool)

    def hidden(x: Array, w: Array, b: Array, h: Array, mask: Array) -> None:
        """relu and dropout at once: what the mask drops, the gradient must not pass either."""
        np.matmul(x, w, out=h)
        np.add(h, b, out=h)
        np.greater(h, 0, out=kept)
        random(out=mask, dtype=np.float32)
        np.less(mask, keep, out=mask, casting="unsafe")
        np.multiply(mask, kept, out=mask)
        np.multiply(mask, scale, out=mask)
        np.multiply(h, mask, out=h)

    def update() -> None:
        np.multiply(velocity, RHO, out=velocity)
        np.multiply(gradient, gradient, out=scratch)
        np.multiply(scratch, 1 - RHO, out=scratch)
        np.add(velocity, scratch, out=velocity)
        np.add(velocity, EPSILON, out=scratch)
        np.sqrt(scratch, out=scratch)
        np.multiply(gradient, LEARNING_RATE, out=gradient)
        np.divide(gradient, scratch, out=gradient)
        np.subtract(flat, gradient, out=flat)

    def step(x: Array, y: Array) -> float:
        hidden(x, w1, b1, h1, mask1)
        hidden(h1, w2, b2, h2, mask2)
        p = loops.softmax(h2 @ w3 + b3)
        loss = loops.crossentropy(p, y)

        g3 = (p - y) * np.float32(1 / len(x))
        np.matmul(h2.T, g3, out=gw3)
        np.add.reduce(g3, axis=0, out=gb3)
        np.matmul(g3, w3.T, out=g)
        np.multiply(g, mask2, out=mask2)
        np.matmul(h1.T, mask2, out=gw2)
        np.add.reduce(mask2, axis=0, out=gb2)
        np.matmul(mask2, w2.T, out=g)
        np.multiply(g, mask1, out=mask1)
        np.matmul(x.T, mask1, out=gw1)
        np.add.reduce(mask1, axis=0, out=gb1)
        update()
        return loss

    return loops.fit_loop(step, BATCH)

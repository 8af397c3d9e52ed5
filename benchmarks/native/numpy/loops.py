"""The training loop in NumPy: everything by hand, updates in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.native import batches
from benchmarks.workloads import Array, Fit


def fit_loop(step: Callable[[Array, Array], float], batch: int, seed: int = 0) -> Fit:
    """Shuffled epochs of ``step(x, y) -> mean loss``, which also updates the parameters."""
    generator = np.random.default_rng(seed)

    def fit(x: Array, y: Array, epochs: int) -> float:
        count = batches(len(x), batch)
        total = 0.0
        for _ in range(epochs):
            order = generator.permutation(len(x))
            total = 0.0
            for start in range(0, len(x), batch):
                rows = order[start : start + batch]
                total += step(x[rows], y[rows])
        return float(total) / count

    return fit


def nesterov(parameters: Sequence[Array], learning_rate: float, momentum: float) -> Callable[[Sequence[Array]], None]:
    """SGD with Nesterov momentum, in place; it uses up the gradients it is given.

    v := m v - lr g;  w := w + m v - lr g, which is Keras' form of it.
    """
    velocities = [np.zeros_like(w) for w in parameters]

    def update(gradients: Sequence[Array]) -> None:
        for w, v, g in zip(parameters, velocities, gradients):
            g *= learning_rate
            v *= momentum
            v -= g
            w -= g
            np.multiply(v, momentum, out=g)
            w += g

    return update


def rmsprop(
    parameters: Sequence[Array], learning_rate: float, rho: float, epsilon: float
) -> Callable[[Sequence[Array]], None]:
    """RMSprop in place; it uses up the gradients it is given.

    v := rho v + (1 - rho) g²;  w := w - lr g / sqrt(v + epsilon), which is Keras' form of it.
    """
    velocities = [np.zeros_like(w) for w in parameters]

    def update(gradients: Sequence[Array]) -> None:
        for w, v, g in zip(parameters, velocities, gradients):
            v *= rho
            v += (1 - rho) * (g * g)
            g *= learning_rate
            g /= np.sqrt(v + epsilon)
            w -= g

    return update


def softmax(logits: Array) -> Array:
    """Probabilities, row by row; it uses up the logits."""
    logits -= logits.max(axis=1, keepdims=True)
    p: Array = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    return p


def crossentropy(p: Array, y: Array) -> float:
    """The mean over rows of the cross-entropy with the shares ``y``."""
    return float(-np.log((p * y).sum(axis=1)).mean())


def dropout_masks(rate: float, seed: int = 0) -> Callable[[tuple[int, ...]], Array]:
    """A function from a shape to a float32 mask: zero with probability ``rate``, else ``1 / (1 - rate)``."""
    generator = np.random.default_rng(seed)
    keep, scale = np.float32(1 - rate), np.float32(1 / (1 - rate))

    def mask(shape: tuple[int, ...]) -> Array:
        kept: Array = np.multiply(generator.random(shape, np.float32) < keep, scale)
        return kept

    return mask


def packed(arrays: Sequence[Array]) -> tuple[Array, list[Array]]:
    """One flat buffer with the values of ``arrays``, and views of it in their shapes."""
    flat = np.concatenate([a.ravel() for a in arrays])
    ends = np.cumsum([a.size for a in arrays])
    return flat, [flat[end - a.size : end].reshape(a.shape) for a, end in zip(arrays, ends)]

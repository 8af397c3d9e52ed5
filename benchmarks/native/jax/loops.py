"""The training loop in JAX: a jitted step with donated state, one call a step; or a scan over an epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.native import batches
from benchmarks.workloads import Array, Fit

Arrays = Sequence[jax.Array]
Loss = Callable[[Arrays, jax.Array, jax.Array, jax.Array], jax.Array]
Update = Callable[[Arrays, Arrays, Arrays], tuple[Arrays, Arrays]]


def fit_loop(
    parameters: Sequence[Array], loss: Loss, update: Update, batch: int, scan: bool = False, seed: int = 0
) -> Fit:
    """Shuffled epochs of ``loss(parameters, key, x, y)`` and ``update(parameters, velocities, gradients)``.

    The data lies on the device and a step gathers its batch there. With ``scan``, one call runs a whole epoch.
    """

    def one_step(state: Any, x: jax.Array, y: jax.Array, rows: jax.Array) -> Any:
        weights, velocities, key, total = state
        key, now = jax.random.split(key)
        value, gradients = jax.value_and_grad(loss)(weights, now, x[rows], y[rows])
        return (*update(weights, velocities, gradients), key, total + value)

    def one_epoch(state: Any, x: jax.Array, y: jax.Array, order: jax.Array) -> Any:
        return jax.lax.scan(lambda s, rows: (one_step(s, x, y, rows), None), state, order)[0]

    call = jax.jit(one_epoch if scan else one_step, donate_argnums=0)
    generator = np.random.default_rng(seed)
    start = [jnp.asarray(w) for w in parameters]
    state: Any = (start, [jnp.zeros_like(w) for w in start], jax.random.key(seed), jnp.zeros(()))

    def fit(x: Array, y: Array, epochs: int) -> float:
        nonlocal state
        count = batches(len(x), batch)
        xs, ys = jnp.asarray(x), jnp.asarray(y)
        for _ in range(epochs):
            state = (*state[:3], jnp.zeros(()))
            order = generator.permutation(len(x)).astype(np.int32).reshape(count, batch)
            if scan:
                state = call(state, xs, ys, order)
            else:
                for rows in order:
                    state = call(state, xs, ys, rows)
        return float(state[3]) / count

    return fit


def nesterov(learning_rate: float, momentum: float) -> Update:
    """SGD with Nesterov momentum: v := m v - lr g;  w := w + m v - lr g."""

    def update(weights: Arrays, velocities: Arrays, gradients: Arrays) -> tuple[Arrays, Arrays]:
        moved = [momentum * v - learning_rate * g for v, g in zip(velocities, gradients)]
        return [w + momentum * v - learning_rate * g for w, v, g in zip(weights, moved, gradients)], moved

    return update

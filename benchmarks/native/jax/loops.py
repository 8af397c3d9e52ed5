"""The training loop in JAX: a jitted step with donated state, one call a step; or a scan over an epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.native import batches
from benchmarks.workloads import Array, Fit

Arrays = Sequence[jax.Array]
Loss = Callable[[Arrays, jax.Array, jax.Array, jax.Array], jax.Array]


class Rule(NamedTuple):
    """How weights are moved: the state to begin with, and ``update(weights, state, gradients)``, which gives both anew."""

    start: Callable[[Arrays], Any]
    update: Callable[[Arrays, Any, Arrays], tuple[Arrays, Any]]


def make_step(loss: Loss, rule: Rule) -> Callable[..., Any]:
    """``step(state, x, y)``: the new state ``(weights, the rule's state, key)``, and the loss."""

    def step(state: Any, x: jax.Array, y: jax.Array) -> Any:
        weights, moments, key = state
        key, now = jax.random.split(key)
        value, gradients = jax.value_and_grad(loss)(weights, now, x, y)
        return (*rule.update(weights, moments, gradients), key), value

    return step


def start_state(parameters: Sequence[Array], rule: Rule, seed: int = 0) -> Any:
    """The state that `make_step` begins with."""
    weights = [jnp.asarray(w) for w in parameters]
    return weights, rule.start(weights), jax.random.key(seed)


def fit_loop(parameters: Sequence[Array], loss: Loss, rule: Rule, batch: int, scan: bool = False, seed: int = 0) -> Fit:
    """Shuffled epochs of ``loss(parameters, key, x, y)`` and the rule's update.

    The data lies on the device and a step gathers its batch there. With ``scan``, one call runs a whole epoch.
    """
    step = make_step(loss, rule)

    def one_step(state: Any, x: jax.Array, y: jax.Array, rows: jax.Array) -> Any:
        state, total = state
        state, value = step(state, x[rows], y[rows])
        return state, total + value

    def one_epoch(state: Any, x: jax.Array, y: jax.Array, order: jax.Array) -> Any:
        return jax.lax.scan(lambda s, rows: (one_step(s, x, y, rows), None), state, order)[0]

    call = jax.jit(one_epoch if scan else one_step, donate_argnums=0)
    generator = np.random.default_rng(seed)
    state = start_state(parameters, rule, seed)

    def fit(x: Array, y: Array, epochs: int) -> float:
        nonlocal state
        count = batches(len(x), batch)
        xs, ys = jnp.asarray(x), jnp.asarray(y)
        for _ in range(epochs):
            running = (state, jnp.zeros(()))
            order = generator.permutation(len(x)).astype(np.int32).reshape(count, batch)
            if scan:
                running = call(running, xs, ys, order)
            else:
                for rows in order:
                    running = call(running, xs, ys, rows)
            state, total = running
        return float(total) / count

    return fit


def nesterov(learning_rate: float, momentum: float) -> Rule:
    """SGD with Nesterov momentum: v := m v - lr g;  w := w + m v - lr g."""

    def update(weights: Arrays, velocities: Arrays, gradients: Arrays) -> tuple[Arrays, Arrays]:
        moved = [momentum * v - learning_rate * g for v, g in zip(velocities, gradients)]
        return [w + momentum * v - learning_rate * g for w, v, g in zip(weights, moved, gradients)], moved

    return Rule(zeros_like, update)


def rmsprop(learning_rate: float, rho: float, epsilon: float) -> Rule:
    """RMSprop: v := rho v + (1 - rho) g²;  w := w - lr g / sqrt(v + epsilon)."""

    def update(weights: Arrays, squares: Arrays, gradients: Arrays) -> tuple[Arrays, Arrays]:
        squares = [rho * v + (1 - rho) * g * g for v, g in zip(squares, gradients)]
        moved = [w - learning_rate * g * jax.lax.rsqrt(v + epsilon) for w, v, g in zip(weights, squares, gradients)]
        return moved, squares

    return Rule(zeros_like, update)


def adam(learning_rate: float, beta_1: float, beta_2: float, epsilon: float) -> Rule:
    """Adam: means m of g and v of g², w := w - lr sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon)."""

    def start(weights: Arrays) -> Any:
        return jnp.zeros(()), zeros_like(weights), zeros_like(weights)

    def update(weights: Arrays, state: Any, gradients: Arrays) -> tuple[Arrays, Any]:
        t, means, squares = state
        t = t + 1
        rate = learning_rate * jnp.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        means = [beta_1 * m + (1 - beta_1) * g for m, g in zip(means, gradients)]
        squares = [beta_2 * v + (1 - beta_2) * g * g for v, g in zip(squares, gradients)]
        moved = [w - rate * m / (jnp.sqrt(v) + epsilon) for w, m, v in zip(weights, means, squares)]
        return moved, (t, means, squares)

    return Rule(start, update)


def zeros_like(weights: Arrays) -> Arrays:
    """A zero for each weight."""
    return [jnp.zeros_like(w) for w in weights]


def cross_entropy(logits: jax.Array, y: jax.Array) -> jax.Array:
    """The mean over the batch of the categorical cross-entropy with one-hot targets."""
    return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(logits), axis=-1))

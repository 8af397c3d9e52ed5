"""Accumulation, averages, clipping, loss scaling and mixed precision inside compiled steps, on every backend."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, optimizers, plugins
from polykeras.scope import backend_scope

BACKENDS = sorted(set(plugins.names()) - {"lists", "array_api_strict"})
X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)

OPTIMIZERS: dict[str, Any] = {
    "accumulation and clipping": lambda: optimizers.Adam(0.05, gradient_accumulation_steps=2, global_clipnorm=0.5),
    "averages": lambda: optimizers.SGD(0.05, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3, clipvalue=0.1),
    "loss scaling": lambda: optimizers.LossScaleOptimizer(optimizers.SGD(0.05, clipnorm=0.5), 64.0, 4),
}


@cache
def _trained(backend: str, name: str) -> tuple[list[float], list[np.ndarray], list[np.ndarray]]:
    """Losses of two epochs of five steps, the weights, and the optimizer's variables."""
    with backend_scope(backend):
        pk.set_random_seed(0)
        model = pk.Sequential([pk.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)])
        model.compile(OPTIMIZERS[name](), "mse")
        losses = model.fit(X, Y, batch_size=8, epochs=2, verbose=0).history["loss"]
        return losses, model.get_weights(), [v.numpy() for v in model.optimizer.variables]


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "numpy"])
def test_the_same_numbers_as_on_numpy(backend: str, name: str) -> None:
    for found, expected in zip(_trained(backend, name), _trained("numpy", name), strict=True):
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_mixed_precision_learns_with_weights_in_float32(backend: str, policy: str) -> None:
    if policy.removeprefix("mixed_") not in plugins.load(backend).dtypes:
        pytest.skip(f"{backend} does not hold {policy.removeprefix('mixed_')}")
    with backend_scope(backend):
        pk.set_random_seed(0)
        model = pk.Sequential(
            [pk.Input((3,)), layers.Dense(8, "tanh", dtype=policy), layers.Dense(1, dtype=policy)],
        )
        model.dtype_policy = policy
        model.compile(optimizers.Adam(0.05), "mse")
        assert isinstance(model.optimizer, optimizers.LossScaleOptimizer) == (policy == "mixed_float16")
        losses = model.fit(X, Y, batch_size=8, epochs=6, verbose=0).history["loss"]
        assert losses[-1] < 0.3 * losses[0]
        assert {w.dtype.name for w in model.get_weights()} == {"float32"}
        assert model.predict(X, verbose=0).dtype.name == policy.removeprefix("mixed_")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_step_whose_scaled_gradients_overflow_changes_nothing_but_the_scale(backend: str) -> None:
    with backend_scope(backend):
        model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
        model.compile(optimizers.LossScaleOptimizer(optimizers.SGD(0.1), initial_scale=3e38), "mse")
        before = model.get_weights()[0]
        model.train_on_batch(1e3 * X, Y)
        np.testing.assert_array_equal(model.get_weights()[0], before)
        assert float(model.optimizer.dynamic_scale.numpy()) == pytest.approx(1.5e38)

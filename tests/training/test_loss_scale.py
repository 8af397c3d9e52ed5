"""Models that compute in float16 multiply their losses, so that small gradients do not vanish."""

from __future__ import annotations

import numpy as np

import polykeras as pk
from polykeras import layers, optimizers

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


def _fit(dtype: str, optimizer: object, weight: float = 1.0, **kwargs: object) -> pk.Model:
    pk.utils.set_random_seed(1)
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1, dtype=dtype)])
    model.dtype_policy = dtype
    model.compile(optimizer, "mse", loss_weights=weight, **kwargs)
    model.fit(X, X[:, :1], 4, epochs=2, shuffle=False, verbose=0)
    return model


def test_optimizers_of_mixed_float16_models_are_wrapped() -> None:
    inner = optimizers.SGD(0.1)
    model = _fit("mixed_float16", inner)
    assert isinstance(model.optimizer, optimizers.LossScaleOptimizer)
    assert model.optimizer.name == "loss_scale_optimizer"
    assert model.optimizer.inner_optimizer is inner
    # Each of the four steps was made, or left out because 2^15 times its gradient is too much for float16.
    left_out = 15 - np.log2(float(model.optimizer.dynamic_scale))
    assert int(inner.iterations) + left_out == 4
    own = optimizers.LossScaleOptimizer(optimizers.SGD(0.1))
    assert _fit("mixed_float16", own).optimizer is own
    for dtype, wanted in (("mixed_float16", False), ("mixed_bfloat16", True), ("float32", True)):
        assert isinstance(_fit(dtype, "sgd", auto_scale_loss=wanted).optimizer, optimizers.SGD)


def test_small_gradients_count_if_the_loss_is_scaled() -> None:
    start = _fit("float32", optimizers.SGD(0.0)).get_weights()[0]
    exact = _fit("float32", optimizers.SGD(0.1)).get_weights()[0] - start
    # 1e-9 is less than anything that float16 holds.
    for wanted in (True, False):
        found = _fit("mixed_float16", optimizers.SGD(1e8), 1e-9, auto_scale_loss=wanted).get_weights()[0] - start
        np.testing.assert_allclose(found, exact if wanted else 0, rtol=0.02)


def test_a_factor_of_the_optimizer_changes_nothing_in_float32() -> None:
    expected = _fit("float32", optimizers.SGD(0.1)).get_weights()[0]
    for wanted in (True, False):
        factor = optimizers.SGD(0.1, loss_scale_factor=1024.0)
        np.testing.assert_allclose(
            _fit("float32", factor, auto_scale_loss=wanted).get_weights()[0], expected, rtol=1e-6
        )

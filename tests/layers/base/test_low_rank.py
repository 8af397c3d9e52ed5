"""LoRA: what `LowRankLayer` gives every layer that has it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from polykeras import layers, models, ops, optimizers
from polykeras.errors import ArgumentError

RNG = np.random.default_rng(3)
X = RNG.normal(size=(5, 4)).astype("float32")
INDICES = RNG.integers(0, 6, (5, 4))

CASES = {
    "dense": (lambda **k: layers.Dense(3, **k), X, "kernel"),
    "embedding": (lambda **k: layers.Embedding(6, 3, **k), INDICES, "embeddings"),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Any:
    """How a layer is made, its inputs, and the name of the weight that takes factors."""
    return CASES[request.param]


def _factors(layer: Any, name: str) -> tuple[Any, Any]:
    return getattr(layer, f"lora_{name}_a"), getattr(layer, f"lora_{name}_b")


def test_factors_are_trained_in_place_of_the_weight(case: Any) -> None:
    make, x, name = case
    layer = make(lora_rank=2, name="l")
    before = ops.convert_to_numpy(layer(x))
    a, b = _factors(layer, name)
    weight = next(v for v in layer.weights if v.name == name)
    assert a.shape == (*weight.shape[:-1], 2)
    assert b.shape == (2, 3)
    assert a.path == f"l/lora_{name}_a"
    assert [v for v in layer.non_trainable_variables] == [weight]
    assert a in layer.trainable_variables and b in layer.trainable_variables
    np.testing.assert_array_equal(b.numpy(), 0)  # at first nothing changes
    b.assign(np.ones(b.shape))
    plain = make()
    plain(x)
    plain.set_weights(
        [ops.convert_to_numpy(getattr(layer, name)), *(v.numpy() for v in layer.weights if v.name == "bias")]
    )
    after = ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(after, ops.convert_to_numpy(plain(x)), rtol=1e-5, atol=1e-6)
    assert np.abs(after - before).max() > 1e-3


def test_alpha_scales_the_factors() -> None:
    layer = layers.Dense(3, use_bias=False, lora_rank=2, lora_alpha=6)
    layer.build((None, 4))
    layer.lora_kernel_b.assign(np.ones((2, 3)))
    update = layer.lora_kernel_a.numpy() @ np.ones((2, 3), "float32")
    np.testing.assert_allclose(ops.convert_to_numpy(layer.kernel), layer.weights[0].numpy() + 3 * update, rtol=1e-6)


def test_training_leaves_the_weight_as_it_was(case: Any) -> None:
    make, x, name = case
    layer = make(lora_rank=1)
    model = models.Sequential([layer, layers.Flatten(), layers.Dense(1, trainable=False)])
    model.build((None, *x.shape[1:]))
    weight = next(v for v in layer.weights if v.name == name)
    start, factors = weight.numpy(), [v.numpy() for v in _factors(layer, name)]
    model.compile(optimizers.SGD(0.1), "mse")
    model.fit(x, np.ones((5, 1), "float32"), epochs=2, verbose=0)
    np.testing.assert_array_equal(weight.numpy(), start)
    assert all(np.abs(v.numpy() - f).max() > 0 for v, f in zip(_factors(layer, name), factors, strict=True))


def test_files_hold_the_sum(case: Any) -> None:
    make, x, name = case
    layer = make(lora_rank=2)
    layer(x)
    _factors(layer, name)[1].assign(np.ones((2, 3)))
    store: dict[str, Any] = {}
    layer.save_own_variables(store)
    np.testing.assert_array_equal(store["0"], ops.convert_to_numpy(getattr(layer, name)))
    expected = ops.convert_to_numpy(layer(x))
    for twin in (make(), make(lora_rank=2)):
        twin(x)
        twin.load_own_variables(store)
        np.testing.assert_allclose(ops.convert_to_numpy(twin(x)), expected, rtol=1e-5, atol=1e-6)
    assert not any(v.numpy().any() for v in _factors(twin, name))


def test_configuration(case: Any) -> None:
    make, x, _ = case
    layer = make()
    assert "lora_rank" not in layer.get_config()
    layer(x)
    layer.enable_lora(2, lora_alpha=4)
    twin = type(layer).from_config(json.loads(json.dumps(layer.get_config())))
    twin(x)
    assert (twin.lora_rank, twin.lora_alpha, twin.lora_enabled) == (2, 4, True)


@pytest.mark.parametrize("dtype", ["bfloat16", "mixed_float16", "float64"])
def test_the_result_has_the_compute_dtype(case: Any, dtype: str) -> None:
    make, x, name = case
    layer = make(lora_rank=2, dtype=dtype)
    assert ops.dtype(layer(x)) == layer.compute_dtype
    assert {v.dtype for v in _factors(layer, name)} == {"float32"}
    store: dict[str, Any] = {}
    layer.save_own_variables(store)
    assert str(store["0"].dtype) == layer.variable_dtype


def test_refusals(case: Any) -> None:
    make, x, name = case
    layer = make(name="l")
    with pytest.raises(ArgumentError, match="'l' is not built yet"):
        layer.enable_lora(2)
    with pytest.raises(AttributeError, match=f"'l' has no {name} yet"):
        getattr(layer, name)
    layer(x)
    with pytest.raises(ArgumentError, match="rank must be a positive int, got 0"):
        layer.enable_lora(0)
    layer.enable_lora(2)
    with pytest.raises(ArgumentError, match="'l' has LoRA factors already"):
        layer.enable_lora(2)
    with pytest.raises(ArgumentError, match=f"without {name}_constraint"):
        make(lora_rank=2, **{f"{name}_constraint": "non_neg"})(x)
    with pytest.raises(ArgumentError, match="quantization_config must be None"):
        make(quantization_config="int8")
    with pytest.raises(ArgumentError, match="lora_rank must be a positive int"):
        make(lora_rank=-1)

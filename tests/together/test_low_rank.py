"""Layers with low-rank factors give the same outputs and gradients on all backends, and only the factors have some."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polykeras import layers, ops, plugins
from polykeras.scope import backend_scope

X = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")
CASES = {
    "dense": (lambda: layers.Dense(5, lora_rank=2, lora_alpha=3), X),
    "embedding": (lambda: layers.Embedding(6, 5, lora_rank=2), np.array([[0, 5], [2, 2]])),
}


def _results(name: str, backend: str) -> tuple[list[str], Any, list[Any]]:
    make, x = CASES[name]
    with backend_scope(backend):
        layer = make()
        layer(x)
        random = np.random.default_rng(2)
        layer.set_weights([random.normal(size=v.shape) for v in layer.weights])
        fixed = [v.value for v in layer.non_trainable_variables]

        def loss(values: Any) -> Any:
            return ops.sum(ops.square(layer.stateless_call(values, fixed, x)[0]))

        value, gradients = ops.value_and_grad(loss)([v.value for v in layer.trainable_variables])
        names = [v.name for v in layer.trainable_variables]
        return names, ops.convert_to_numpy(value), [ops.convert_to_numpy(g) for g in gradients]


@pytest.mark.parametrize("backend", sorted(set(plugins.names()) - {"numpy"}))
@pytest.mark.parametrize("name", CASES)
def test_outputs_and_gradients(name: str, backend: str) -> None:
    names, value, gradients = _results(name, "numpy")
    assert {n for n in names if n != "bias"} == {n for n in names if n.startswith("lora_")}
    assert all(np.abs(g).max() > 0 for g in gradients)
    _, other, others = _results(name, backend)
    np.testing.assert_allclose(other, value, rtol=1e-5)
    for a, b in zip(others, gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)

"""The plugin on the array API standard runs on PyTorch's namespace, beside the adapter that owns PyTorch's tensors."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import polykeras
from polykeras import Sequential, layers, ops, optimizers, plugins
from polykeras.errors import MixedBackendsError
from polykeras.ops.dispatch import owner_of

NAME = "array_api_torch"


def test_one_class_of_arrays_two_backends() -> None:
    """A plain torch.Tensor is the adapter's; the plugin's tensors hold one, and the two do not mix by accident."""
    adapter, plugin = plugins.load("torch"), plugins.load(NAME)
    with polykeras.backend_scope(NAME):
        x = ops.sqrt([4.0, 9.0])
    assert isinstance(x.array, torch.Tensor) and owner_of(x) is plugin and owner_of(x.array) is adapter
    assert type(ops.add(x.array, 1.0)) is torch.Tensor and type(ops.add(x, 1.0)) is type(x)
    with pytest.raises(MixedBackendsError, match=f"(?s)(torch.*{NAME}|{NAME}.*torch)"):
        ops.add(x, x.array)


def _losses(backend: str) -> list[float]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 12)).astype("float32")
    y = np.argmax(x @ rng.normal(size=(12, 3)), axis=1)
    with polykeras.backend_scope(backend):
        polykeras.set_random_seed(1)
        model = Sequential([layers.Input((12,)), layers.Dense(16, "tanh"), layers.Dense(3, "softmax")])
        model.compile(optimizers.Adam(0.02), "sparse_categorical_crossentropy")
        return list(model.fit(x, y, batch_size=16, epochs=5, verbose=0).history["loss"])


def test_a_model_trains_as_on_the_adapter() -> None:
    losses = _losses(NAME)
    np.testing.assert_allclose(losses, _losses("torch"), rtol=0, atol=1e-5)
    assert np.all(np.diff(losses) < 0)


def test_it_passes_the_conformance_suite(tmp_path: Path) -> None:
    """At all levels, without known failures."""
    command = [sys.executable, "-m", "pytest", "--pyargs", "polykeras_conformance", "--backend", NAME]
    done = subprocess.run(
        [*command, "-q", "-p", "no:cacheprovider", "--tb=short", "--maxfail=20"],
        cwd=tmp_path, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) > 5000, done.stdout[-500:]

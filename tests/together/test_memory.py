"""Models that were trained are let go of on every backend."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, plugins
from polykeras.scope import backend_scope


def _use() -> list[Any]:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((8, 3), "float32"), np.zeros((8, 1), "float32"), verbose=0)
    return [weakref.ref(x) for x in (model, *model.layers, *model.variables, model.optimizer, *model._runners.values())]


@pytest.mark.parametrize("backend", sorted(set(plugins.names()) - {"numpy", "lists"}))
def test_models_go_with_all_they_had(backend: str) -> None:
    with backend_scope(backend):
        references = _use()
        gc.collect()
        assert not [r() for r in references if r() is not None]

"""Nothing keeps a model, its data or its compiled steps once the caller has let go of them."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np

import polykeras as pk
from polykeras import layers
from polykeras.utils import PyDataset


class _Data(PyDataset):
    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        return np.zeros((4, 3), "float32"), np.zeros((4, 1), "float32")


def _use() -> list[Any]:
    """References to all that was there."""
    model = pk.Sequential([pk.Input((3,)), layers.Dense(4, "relu"), layers.BatchNormalization(), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    data = _Data(workers=2)
    history = model.fit(data, epochs=2, validation_data=data, verbose=0)
    model.predict(data, verbose=0)
    kept = [model, *model.layers, *model.variables, model.optimizer, history, data, *model._runners.values()]
    return [weakref.ref(x) for x in kept]


def test_models_go_with_all_they_had() -> None:
    references = _use()
    assert len(references) > 15
    gc.collect()
    assert not [r() for r in references if r() is not None]

"""A model for callbacks that need no more than a few attributes, and runs of epochs whose logs are given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from polykeras import metrics, optimizers


class Pretended:
    """What callbacks use of a model. Its only weight is the number of the epoch that is running."""

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.stop_training = False
        self.metrics = [metrics.BinaryAccuracy("accuracy"), metrics.MeanSquaredError("mse"), metrics.Mean("fuel")]
        self.weights = [np.float32(-1)]

    def get_weights(self) -> list[Any]:
        return list(self.weights)

    def set_weights(self, weights: list[Any]) -> None:
        self.weights = list(weights)


@pytest.fixture
def run() -> Callable[..., Any]:
    """A function that lets callbacks see epochs with these logs, until one of them stops training."""

    def run(callback: Any, values: Sequence[Any], name: str = "val_loss", optimizer: Any = None) -> Any:
        model = Pretended(optimizer or optimizers.SGD(1.0))
        callback.set_model(model)
        callback.on_train_begin()
        seen = []
        for epoch, value in enumerate(values):
            model.weights = [np.float32(epoch)]
            callback.on_epoch_begin(epoch)
            logs = {name: value}
            callback.on_epoch_end(epoch, logs)
            seen.append(logs)
            if model.stop_training:
                break
        callback.on_train_end(seen[-1])
        model.seen = seen
        return model

    return run


# Where this module is, the library TensorBoard reads files by itself, rather than by a framework that is installed.
sys.modules.setdefault("tensorboard.compat.notf", ModuleType("tensorboard.compat.notf"))

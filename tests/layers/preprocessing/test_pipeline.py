"""Layers one after the other, as one layer."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import layers, models
from polykeras.errors import ArgumentError
from polykeras.scope import backend_scope

X = np.arange(12, dtype="float32").reshape(2, 2, 3)


def test_each_layer_takes_what_the_one_before_gave() -> None:
    pipeline = layers.Pipeline([layers.Rescaling(0.5), layers.Flatten(), layers.Rescaling(1, 1)], name="prepare")
    with backend_scope("numpy"):
        np.testing.assert_allclose(pipeline(X), X.reshape(2, 6) * 0.5 + 1)
    assert [type(layer).__name__ for layer in pipeline.layers] == ["Rescaling", "Flatten", "Rescaling"]
    assert pipeline.compute_output_shape((None, 2, 3)) == (None, 6)


def test_it_knows_of_training_and_has_the_weights() -> None:
    with backend_scope("numpy"):
        pipeline = layers.Pipeline([layers.Dense(64), layers.Dropout(0.5)])
        x = np.ones((4, 3), "float32")
        assert (np.asarray(pipeline(x, training=True)) == 0).any()
        assert not (np.asarray(pipeline(x, training=False)) == 0).any()
        assert [tuple(w.shape) for w in pipeline.weights] == [(3, 64), (64,)]
        model = models.Sequential([layers.Input((3,)), pipeline, layers.Dense(1)])
        model.compile("sgd", "mse")
        before = pipeline.weights[0].numpy().copy()
        model.fit(x, x[:, :1], verbose=0)
        assert (pipeline.weights[0].numpy() != before).any()


def test_masks_go_through() -> None:
    """The mask that the first layer makes is heeded by the last."""
    rows = np.array([[[1.0], [3.0], [0.0]]], "float32")
    pipeline = layers.Pipeline([layers.Masking(), layers.GlobalAveragePooling1D()])
    with backend_scope("numpy"):
        np.testing.assert_allclose(pipeline(rows), [[2.0]])


def test_config_and_refusals() -> None:
    pipeline = layers.Pipeline([layers.Dense(3, name="first"), layers.ReLU()], name="both")
    again = layers.Pipeline.from_config(pipeline.get_config())
    assert again.get_config() == pipeline.get_config()
    assert (again.name, again.layers[0].name) == ("both", "first")
    with pytest.raises(ArgumentError, match="layers must be a list of layers, got 3 in it"):
        layers.Pipeline([3])

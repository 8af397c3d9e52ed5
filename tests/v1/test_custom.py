"""Nodes, files, generators and test helpers of Keras 1's models; see `tests/written` for code of users."""

import numpy as np
import pytest

from polykeras.errors import ArgumentError
from polykeras.v1.layers import Dense, Input, merge
from polykeras.v1.models import Model, Sequential, model_from_json
from polykeras.v1.utils.test_utils import get_test_data, layer_test

DATA = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


def test_nodes_of_a_shared_layer():
    a, b = Input(shape=(3,)), Input(shape=(3,))
    dense = Dense(2)
    one, two = dense(a), dense(b)
    assert dense.get_output_at(0) is one and dense.get_output_at(1) is two
    assert dense.get_input_at(1) is b and len(dense.inbound_nodes) == 2
    assert dense.get_input_shape_at(0) == (None, 3) and dense.get_output_shape_at(1) == (None, 2)
    with pytest.raises(AttributeError, match="was called 2 times and has as many nodes"):
        _ = dense.output
    model = Model(input=[a, b], output=merge([one, two], mode="sum"))
    again = model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again.predict([DATA, DATA]), model.predict([DATA, DATA]), rtol=1e-6)
    assert len(again.get_weights()) == 2


def test_code_in_a_file_is_refused():
    config = {"class_name": "Sequential", "config": [
        {"class_name": "Lambda", "config": {"name": "l", "trainable": True, "batch_input_shape": [None, 2],
         "input_dtype": "float32", "function": ["4wEAAAA=", None, None], "function_type": "lambda", "output_shape": None,
         "output_shape_type": "raw", "arguments": {}}}]}  # fmt: skip
    import json

    with pytest.raises(ArgumentError, match="never run"):
        model_from_json(json.dumps(config))


def test_saving_and_going_on(tmp_path):
    model = Sequential([Dense(4, input_dim=3, activation="tanh"), Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    y = np.ones((8, 1))
    model.train_on_batch(DATA, y)
    model.save(tmp_path / "model.h5")
    from polykeras.v1.models import load_model

    again = load_model(tmp_path / "model.h5")
    for _ in range(3):
        np.testing.assert_allclose(again.train_on_batch(DATA, y), model.train_on_batch(DATA, y), rtol=1e-5)


def test_the_layer_test_and_its_data():
    assert layer_test(Dense, kwargs={"output_dim": 3}, input_shape=(4, 2)).shape == (4, 3)
    (x, y), (more, _) = get_test_data(20, 10, (4,), (2,), classification=True, nb_class=3)
    assert x.shape == (20, 4) and more.shape == (10, 4) and set(y) <= {0, 1, 2}


def test_generators():
    model = Sequential([Dense(1, input_dim=3)])
    model.compile("sgd", "mse")

    def batches():
        while True:
            yield DATA[:4], np.ones((4, 1))

    history = model.fit_generator(batches(), samples_per_epoch=8, nb_epoch=2, verbose=0, validation_data=batches(),
                                  nb_val_samples=4)  # fmt: skip
    assert sorted(history.history) == ["loss", "val_loss"] and history.epoch == [0, 1]
    assert model.predict_generator(batches(), 8).shape == (8, 1)
    assert np.isfinite(model.evaluate_generator(batches(), 8))

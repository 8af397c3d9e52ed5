"""What users write for Keras 1: layers, objectives, metrics, optimizers, initializations, regularizers."""

import numpy as np
import pytest

from polykeras.errors import ArgumentError, ShapeError
from polykeras.v1 import backend as K
from polykeras.v1.engine.topology import Layer
from polykeras.v1.layers import LSTM, Dense, Embedding, Flatten, Input, Masking, Merge, SimpleRNN, merge
from polykeras.v1.models import Model, Sequential, model_from_json
from polykeras.v1.optimizers import Optimizer
from polykeras.v1.regularizers import Regularizer
from polykeras.v1.utils.test_utils import get_test_data, layer_test

DATA = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


class Scaled(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.W = K.variable(np.ones((input_shape[1], self.output_dim)))
        self.trainable_weights = [self.W]

    def call(self, x, mask=None):
        return K.dot(x, self.W)

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], self.output_dim)


class Descent(Optimizer):
    def __init__(self, lr=0.1, **kwargs):
        super().__init__(**kwargs)
        self.lr = K.variable(lr)

    def get_updates(self, params, constraints, loss):
        grads = self.get_gradients(loss, params)
        self.counts = [K.zeros(K.get_variable_shape(p)) for p in params]
        self.weights = self.counts
        self.updates = []
        for p, g, c in zip(params, grads, self.counts):
            self.updates.append(K.update_add(c, K.ones_like(c)))
            new = p - self.lr * g
            self.updates.append((p, constraints[p](new) if p in constraints else new))
        return self.updates


def test_a_layer_that_sets_its_weights():
    model = Sequential([Scaled(2, input_shape=(3,))])
    np.testing.assert_allclose(model.predict(DATA), np.repeat(DATA.sum(1, keepdims=True), 2, 1), rtol=1e-5)
    model.compile("sgd", "mse")
    before = model.get_weights()[0].copy()
    model.train_on_batch(DATA, np.zeros((8, 2)))
    wanted = before - 0.01 * DATA.T @ (DATA @ before) / 8
    np.testing.assert_allclose(model.get_weights()[0], wanted, rtol=1e-5)
    assert model.layers[0].get_output_shape_for((None, 3)) == (None, 2)


def test_an_optimizer_by_updates():
    model = Sequential([Dense(1, input_dim=3, bias=False)])
    optimizer = Descent(0.5)
    model.compile(optimizer, "mse")
    w = model.get_weights()[0].astype("float64")
    for _ in range(3):
        model.train_on_batch(DATA, np.ones((8, 1)))
        w = w - 0.5 * DATA.T @ (DATA @ w - 1) * 2 / 8
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-4)
    np.testing.assert_array_equal(optimizer.get_weights()[0], np.full((3, 1), 3.0))


def test_objectives_metrics_regularizers_and_initializations():
    class Sum(Regularizer):
        def __call__(self, x):
            return K.sum(x)

    def loss(y_true, y_pred):
        return K.mean(K.abs(y_true - y_pred), axis=-1)

    def rates(y_true, y_pred):
        return {"high": K.max(y_pred), "low": K.min(y_pred)}

    def start(shape, name=None):
        return K.variable(np.full(shape, 2.0), name=name)

    model = Sequential([Dense(1, input_dim=3, init=start, W_regularizer=Sum())])
    model.compile("sgd", loss, metrics=[rates])
    assert model.metrics_names == ["loss", "high", "low"]
    outputs = 2 * DATA.sum(1)
    got = model.test_on_batch(DATA, np.zeros((8, 1)))
    np.testing.assert_allclose(got, [np.abs(outputs).mean() + 6, outputs.max(), outputs.min()], rtol=1e-5)


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


def test_a_symbolic_loss_of_weights():
    class Penalised(Dense):
        def build(self, input_shape):
            super().build(input_shape)
            self.add_loss(K.sum(K.abs(self.W)))

    model = Sequential([Penalised(1, input_dim=3)])
    model.compile("sgd", "mse")
    wanted = np.mean(model.predict(DATA) ** 2) + np.abs(model.get_weights()[0]).sum()
    np.testing.assert_allclose(model.train_on_batch(DATA, np.zeros((8, 1))), wanted, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Sequential([Masking(input_shape=(4, 3)), Flatten()]), ArgumentError, "does not support masking"),
        (lambda: merge([Input((3,)), Input((4,))], mode="sum"), ShapeError, "needs tensors of one shape"),
        (lambda: merge([Input((3, 2)), Input((4, 3))], mode="concat"), ShapeError, "to be concatenated"),
        (lambda: Merge(mode="mean"), ArgumentError, "mode must be a function or one of"),
        (lambda: Sequential([Embedding(5, 2), Flatten()]), ShapeError, "input_length"),
        (lambda: Sequential([LSTM(2, stateful=True, input_shape=(4, 3))]), ArgumentError, "batch_input_shape"),
        (lambda: Sequential([Dense(3)]), ArgumentError, "input_shape"),
        (lambda: Dense(3, output=2), ArgumentError, "unknown argument"),
        (lambda: Dense(3, activation="relou"), Exception, "relu"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_stateful_model_refuses_a_remainder():
    model = Sequential([SimpleRNN(2, stateful=True, batch_input_shape=(4, 3, 1))])
    model.compile("sgd", "mse")
    with pytest.raises(ArgumentError, match="multiple of the batch size"):
        model.fit(np.zeros((6, 3, 1)), np.zeros((6, 2)), batch_size=4, nb_epoch=1, verbose=0)


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

"""What users wrote for Keras 1, and what must come of it on any backend: functions that assert."""

import numpy as np

from polykeras.v1 import backend as K
from polykeras.v1 import constraints, initializations
from polykeras.v1.engine.topology import InputSpec, Layer
from polykeras.v1.layers import GRU, LSTM, Dense, Embedding, Input, Lambda, Masking, Merge, Recurrent, SimpleRNN, merge
from polykeras.v1.models import Model, Sequential, model_from_json
from polykeras.v1.optimizers import Optimizer
from polykeras.v1.regularizers import Regularizer
from polykeras.v1.utils.generic_utils import CustomObjectScope

RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(8, 3)).astype("float32")
STEPS = RNG.normal(size=(4, 5, 3)).astype("float32")
STEPS[1, 3:] = 0  # to be masked
STEPS[2, :2] = 0


class Scaled(Layer):
    """Sets its list of weights itself."""

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


class MaskedMean(Layer):
    """The mean of the steps that count."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.input_spec = [InputSpec(ndim=3)]

    def call(self, x, mask=None):
        if mask is None:
            return K.mean(x, axis=1)
        mask = K.cast(mask, K.floatx())
        return K.sum(x * K.expand_dims(mask), axis=1) / K.sum(mask, axis=1, keepdims=True)

    def compute_mask(self, x, mask=None):
        return None

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], input_shape[2])


class Counter(Recurrent):
    """Adds up its inputs, each times a weight and a constant."""

    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.states = [None]
        self.W = self.add_weight((input_shape[2], self.output_dim), initializations.one, name=f"{self.name}_W")

    def preprocess_input(self, x):
        return 2 * x

    def get_constants(self, x):
        return [K.cast_to_floatx(0.5)]

    def step(self, x, states):
        total = states[0] + states[1] * K.dot(x, self.W)
        return total, [total]


class Traced(LSTM):
    """An LSTM whose step is its own, though it does the same: it runs step by step."""

    def step(self, x, states):
        return super().step(x, states)


class TracedGRU(GRU):
    """Likewise."""

    def step(self, x, states):
        return super().step(x, states)


class TracedRNN(SimpleRNN):
    """Likewise."""

    def step(self, x, states):
        return super().step(x, states)


class Descent(Optimizer):
    """Gradient descent that counts its steps by parameter."""

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


def a_layer_that_sets_its_weights():
    model = Sequential([Scaled(2, input_shape=(3,))])
    np.testing.assert_allclose(model.predict(DATA), np.repeat(DATA.sum(1, keepdims=True), 2, 1), rtol=1e-4, atol=1e-6)
    model.compile("sgd", "mse")
    before = model.get_weights()[0].copy()
    model.train_on_batch(DATA, np.zeros((8, 2)))
    wanted = before - 0.01 * DATA.T @ (DATA @ before) / 8
    np.testing.assert_allclose(model.get_weights()[0], wanted, rtol=1e-5)
    assert model.layers[0].get_output_shape_for((None, 3)) == (None, 2)
    with CustomObjectScope({"Scaled": Scaled}):
        config = model.get_config()
    assert config[0]["class_name"] == "Scaled"


def a_layer_that_reads_its_mask():
    model = Sequential([Masking(input_shape=(5, 3)), MaskedMean()])
    counts = (STEPS != 0).any(-1, keepdims=True)
    wanted = (STEPS * counts).sum(1) / counts.sum(1)
    np.testing.assert_allclose(model.predict(STEPS), wanted, rtol=1e-5, atol=1e-6)
    assert model.output_shape == (None, 3)
    again = Sequential([MaskedMean(input_shape=(5, 3))])
    np.testing.assert_allclose(again.predict(STEPS), STEPS.mean(1), rtol=1e-5, atol=1e-6)


def a_layer_of_a_dense_one():
    class Doubled(Dense):
        def build(self, input_shape):
            super().build(input_shape)
            self.scale = self.add_weight((1,), "one", name=f"{self.name}_scale", trainable=False)

        def call(self, x, mask=None):
            return self.scale * 2 * super().call(x, mask)

    model = Sequential([Doubled(2, input_dim=3, b_constraint="nonneg")])
    w, b, scale = model.get_weights()
    model.set_weights([w, b + 1, scale])
    np.testing.assert_allclose(model.predict(DATA), 2 * (DATA @ w + 1), rtol=1e-4, atol=1e-5)
    model.compile("sgd", "mse")
    model.train_on_batch(DATA, np.full((8, 2), -1e4))
    np.testing.assert_array_equal(model.get_weights()[1], 0)  # projected
    np.testing.assert_array_equal(model.get_weights()[2], scale)  # not trained


def a_recurrent_layer_of_one_s_own():
    model = Sequential([Counter(2, return_sequences=True, input_shape=(5, 3))])
    wanted = np.repeat(np.cumsum(STEPS.sum(-1, keepdims=True), 1), 2, -1)
    np.testing.assert_allclose(model.predict(STEPS), wanted, rtol=1e-4, atol=1e-5)


def a_step_of_one_s_own_and_the_op_for_whole_sequences():
    """They agree, with masks and backwards, in outputs and in training."""
    for own, plain, options in (
        (Traced, LSTM, {"go_backwards": True, "return_sequences": True}),
        (TracedGRU, GRU, {"consume_less": "gpu", "unroll": True}),
        (TracedRNN, SimpleRNN, {"activation": "relu"}),
    ):
        models = [Sequential([Masking(input_shape=(5, 3)), cls(4, **options)]) for cls in (own, plain)]
        models[1].set_weights(models[0].get_weights())
        first, second = (m.predict(STEPS) for m in models)
        np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-5)
        for m in models:
            m.compile("sgd", "mse")
            m.train_on_batch(STEPS, np.ones(first.shape))
        for a, b in zip(models[0].get_weights(), models[1].get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def a_stateful_layer():
    model = Sequential([LSTM(2, stateful=True, batch_input_shape=(4, 5, 3))])
    whole = Sequential([LSTM(2, input_shape=(10, 3))])
    whole.set_weights(model.get_weights())
    twice = [model.predict(STEPS, batch_size=4) for _ in range(2)]
    np.testing.assert_allclose(twice[1], whole.predict(np.concatenate([STEPS, STEPS], 1)), rtol=1e-4, atol=1e-5)
    model.reset_states()
    np.testing.assert_allclose(model.predict(STEPS, batch_size=4), twice[0], rtol=1e-5, atol=1e-6)


def an_optimizer_by_updates():
    model = Sequential([Dense(1, input_dim=3, bias=False)])
    optimizer = Descent(0.5)
    model.compile(optimizer, "mse")
    w = model.get_weights()[0].astype("float64")
    for _ in range(3):
        model.train_on_batch(DATA, np.ones((8, 1)))
        w = w - 0.5 * DATA.T @ (DATA @ w - 1) * 2 / 8
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-4)
    np.testing.assert_array_equal(optimizer.get_weights()[0], np.full((3, 1), 3.0))


def updates_by_hand():
    """`get_updates` for a loss of symbolic tensors, run by `K.function`."""
    w = K.variable(np.ones((3, 1)))
    x = K.placeholder((None, 3))
    loss = K.mean(K.square(K.dot(x, w)))
    step = K.function([x], [loss], updates=Descent(0.1).get_updates([w], {w: constraints.nonneg()}, loss))
    first, value = step([DATA])[0], np.ones((3, 1))
    np.testing.assert_allclose(first, np.mean((DATA @ value) ** 2), rtol=1e-5)
    value = np.maximum(value - 0.1 * 2 * DATA.T @ (DATA @ value) / 8, 0)
    np.testing.assert_allclose(K.get_value(w), value, rtol=1e-5)


def objectives_metrics_regularizers_and_initializations():
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
    wanted = [np.abs(outputs).mean() + 6, outputs.max(), outputs.min()]
    np.testing.assert_allclose(model.test_on_batch(DATA, np.zeros((8, 1))), wanted, rtol=1e-5)
    history = model.fit(DATA, np.zeros((8, 1)), batch_size=8, nb_epoch=1, verbose=0).history
    assert sorted(history) == ["high", "loss", "low"]
    np.testing.assert_allclose(history["loss"], wanted[:1], rtol=1e-5)


def a_symbolic_loss_of_weights():
    class Penalised(Dense):
        def build(self, input_shape):
            super().build(input_shape)
            self.add_loss(K.sum(K.abs(self.W)))

    model = Sequential([Penalised(1, input_dim=3)])
    model.compile("sgd", "mse")
    wanted = np.mean(model.predict(DATA) ** 2) + np.abs(model.get_weights()[0]).sum()
    np.testing.assert_allclose(model.train_on_batch(DATA, np.zeros((8, 1))), wanted, rtol=1e-5)


def functions_as_layers_and_as_modes():
    """Their shapes are inferred, whether they are given or not."""
    a, b = Input(shape=(3,)), Input(shape=(3,))
    difference = merge([a, b], mode=lambda x: x[0] - x[1])
    given = merge([a, b], mode=lambda x: x[0] * x[1], output_shape=lambda shapes: shapes[0])
    total = Lambda(lambda x, factor: factor * K.sum(x, axis=1, keepdims=True), arguments={"factor": 2})(difference)
    assert total.shape == (None, 1)
    model = Model(input=[a, b], output=[total, given])
    first, second = model.predict([DATA, 2 * DATA])
    np.testing.assert_allclose(first, -2 * DATA.sum(1, keepdims=True), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(second, 2 * DATA**2, rtol=1e-5)


def branches_and_their_configuration():
    left = Sequential([Embedding(6, 2, input_length=3), LSTM(3)])
    right = Sequential([Dense(3, input_dim=3)])
    model = Sequential([Merge([left, right], mode="concat"), Dense(1)])
    again = model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    words = np.arange(24).reshape(8, 3) % 6
    np.testing.assert_allclose(again.predict([words, DATA]), model.predict([words, DATA]), rtol=1e-5, atol=1e-6)


CHECKS = (
    a_layer_that_sets_its_weights,
    a_layer_that_reads_its_mask,
    a_layer_of_a_dense_one,
    a_recurrent_layer_of_one_s_own,
    a_step_of_one_s_own_and_the_op_for_whole_sequences,
    a_stateful_layer,
    an_optimizer_by_updates,
    updates_by_hand,
    objectives_metrics_regularizers_and_initializations,
    a_symbolic_loss_of_weights,
    functions_as_layers_and_as_modes,
    branches_and_their_configuration,
)

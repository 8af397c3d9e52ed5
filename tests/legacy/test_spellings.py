"""Keras 1's spellings on today's classes."""

import warnings

import numpy as np
import pytest

from polykeras import Input, Model, Sequential, layers, optimizers
from polykeras.errors import ArgumentError
from polykeras.legacy.accepting import forget_warnings
from polykeras.legacy.spellings import translate


@pytest.fixture(autouse=True)
def warn_anew():
    forget_warnings()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.mark.parametrize(
    ("cls", "old", "new"),
    [
        ("Dense", {"output_dim": 3, "init": "uniform"}, {"units": 3, "kernel_initializer": "random_uniform"}),
        ("Dense", {"units": 3, "W_regularizer": "l1l2", "bias": False},
         {"units": 3, "kernel_regularizer": "l1_l2", "use_bias": False}),
        ("LSTM", {"output_dim": 2, "inner_init": "one", "forget_bias_init": "zero", "consume_less": "gpu"},
         {"units": 2, "recurrent_initializer": "ones", "unit_forget_bias": False}),
        ("LSTM", {"output_dim": 2, "input_dim": 4, "input_length": 5}, {"units": 2, "input_shape": (5, 4)}),
        ("Conv2D", {"nb_filter": 2, "nb_row": 3, "nb_col": 4, "border_mode": "same", "dim_ordering": "th"},
         {"filters": 2, "kernel_size": (3, 4), "padding": "same", "data_format": "channels_first"}),
        ("Conv1D", {"nb_filter": 2, "filter_length": 3, "subsample_length": 2},
         {"filters": 2, "kernel_size": 3, "strides": 2, "data_format": "channels_last"}),
        ("MaxPooling1D", {"pool_length": 3, "stride": 2}, {"pool_size": 3, "strides": 2, "data_format": "channels_last"}),
        ("Dropout", {"p": 0.25}, {"rate": 0.25}),
        ("GaussianNoise", {"sigma": 0.1}, {"stddev": 0.1}),
        ("Adam", {"lr": 0.1}, {"learning_rate": 0.1}),
        ("Model", {"input": 1, "output": 2}, {"inputs": 1, "outputs": 2}),
    ],
)  # fmt: skip
def test_the_table(cls, old, new):
    assert translate(cls, old)[0] == new


def test_an_old_name_is_warned_of_once():
    warnings.simplefilter("always")
    with pytest.warns(DeprecationWarning, match="output_dim is Keras 1's spelling of units") as seen:
        layers.Dense(output_dim=3)
        layers.Dense(output_dim=4)
    assert len(seen) == 1
    assert seen[0].filename == __file__


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dense(output_dim=3, units=3), "'output_dim' is the old spelling of 'units'"),
        (lambda: layers.Conv2D(2, nb_row=3, nb_col=3, kernel_size=3), "old spelling of 'kernel_size'"),
        (lambda: layers.Conv2D(nb_filter=2, nb_row=3), "nb_col is missing"),
        (lambda: layers.BatchNormalization(mode=3), "BatchNormalization: mode=3 has no equivalent today; 0, 1, 2 have"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_rows_and_columns_by_position():
    old, new = layers.Convolution2D(4, 3, 2, "zero"), layers.Convolution2D(4, (3, 2))
    assert type(old) is type(new) is layers.Conv2D
    assert old.kernel_size == new.kernel_size == (3, 2)
    assert old.strides == (1, 1)
    assert isinstance(old, layers.Convolution2D)
    assert np.all(old.kernel_initializer((2, 2)) == 0)
    assert layers.Conv2D(4, 3, 2).strides == (2, 2)
    assert layers.AtrousConvolution2D(4, 3, 3, atrous_rate=(2, 2)).dilation_rate == (2, 2)


def test_weights_to_start_with():
    kernel, bias = np.arange(6.0).reshape(3, 2), np.ones(2)
    model = Sequential([layers.Dense(2, weights=[kernel, bias], input_dim=3)])
    np.testing.assert_allclose(model.predict(np.eye(3), verbose=0), kernel + bias)


def test_a_decay_is_a_schedule():
    optimizer = optimizers.SGD(lr=0.5, decay=0.1)
    assert float(optimizer.learning_rate) == pytest.approx(0.5)
    optimizer.iterations.assign(5)
    assert float(optimizer.learning_rate) == pytest.approx(0.5 / 1.5)
    assert float(optimizers.Adam(decay=0.0).learning_rate.numpy()) == pytest.approx(0.001)


def test_branches_are_merged_at_the_bottom_of_a_stack():
    left, right = (Sequential([layers.Dense(3, input_dim=4)]) for _ in range(2))
    model = Sequential([layers.Merge([left, right], mode="concat"), layers.Dense(2, activation="softmax")])
    assert model.output_shape == (None, 2)
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    a, b = np.random.default_rng(0).normal(size=(2, 8, 4))
    before = left.get_weights()[0].copy()
    history = model.fit([a, b], np.eye(2)[[0, 1] * 4], nb_epoch=2, verbose=0)
    assert len(history.history["loss"]) == 2
    assert not np.allclose(before, left.get_weights()[0])
    joined = np.concatenate([left.predict(a, verbose=0), right.predict(b, verbose=0)], -1)
    scores = joined @ model.layers[1].get_weights()[0] + model.layers[1].get_weights()[1]
    wanted = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    np.testing.assert_allclose(model.predict([a, b], verbose=0), wanted, rtol=1e-5)


def test_a_function_merges_without_saying_its_shape():
    left, right = (Sequential([layers.Dense(3, input_dim=4)]) for _ in range(2))
    model = Sequential([layers.Merge([left, right], mode=lambda x: x[0] - x[1])])
    x = np.ones((2, 4))
    wanted = left.predict(x, verbose=0) - right.predict(x, verbose=0)
    np.testing.assert_allclose(model.predict([x, x], verbose=0), wanted, rtol=1e-5, atol=1e-6)


def test_methods_of_old_models():
    x = Input((3,))
    model = Model(input=x, output=layers.Dense(2, activation="softmax")(x))
    model.compile("sgd", "categorical_crossentropy")
    data = np.random.default_rng(1).normal(size=(8, 3))
    proba = model.predict_proba(data)
    np.testing.assert_array_equal(model.predict_classes(data), proba.argmax(-1))

    def batches():
        while True:
            yield data[:4], np.eye(2)[[0, 1, 0, 1]]

    history = model.fit_generator(batches(), samples_per_epoch=8, nb_epoch=3, verbose=0)
    assert len(history.epoch) == 3
    assert model.optimizer.iterations.numpy() == 6
    assert model.predict_generator(batches(), val_samples=8).shape == (8, 2)
    assert np.isfinite(model.evaluate_generator(batches(), val_samples=8))


def test_layers_that_only_keras_1_has():
    x = Input((6,))
    y = layers.MaxoutDense(4)(layers.Highway(activation="relu")(x))
    model = Model(x, layers.merge([y, y], mode="mul"))
    assert np.all(model.predict(np.ones((2, 6)), verbose=0) >= 0)
    with pytest.raises(AttributeError, match="NoSuchLayer"):
        _ = layers.NoSuchLayer

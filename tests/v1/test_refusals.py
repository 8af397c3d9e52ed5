"""What Keras 1.2.2 refused, and unknown names and modes: refused early, with what came and what was wanted."""

import numpy as np
import pytest

from polykeras.errors import ArgumentError, ShapeError, TraceError, UnknownNameError
from polykeras.v1 import backend as K
from polykeras.v1 import initializations, layers, metrics, objectives, optimizers
from polykeras.v1.layers import (
    GRU,
    LSTM,
    Bidirectional,
    ConvLSTM2D,
    Convolution2D,
    Dense,
    Embedding,
    Flatten,
    Input,
    Lambda,
    Masking,
    MaxPooling2D,
    Merge,
    Reshape,
    SimpleRNN,
    merge,
)  # fmt: skip
from polykeras.v1.models import Model, Sequential


def _masked(*above):
    return Sequential([Masking(input_shape=(4, 3)), *above])


def _images(layer, **options):
    return Sequential([layer(2, 3, 3, input_shape=(5, 5, 1), dim_ordering="tf", **options)])


REFUSALS = [
    # masks
    (lambda: _masked(Flatten()), ArgumentError, "flatten_1.*does not support masking, but its input has a mask"),
    (lambda: _masked(layers.GlobalAveragePooling1D()), ArgumentError, "does not support masking"),
    (lambda: Sequential([Embedding(5, 2, input_length=3, mask_zero=True), Dense(2)]), ArgumentError, "support masking"),
    # merging
    (lambda: merge([Input((3,)), Input((4,))], mode="sum"), ShapeError, r"one shape, got \[\(None, 3\), \(None, 4\)\]"),
    (lambda: merge([Input((3, 2)), Input((4, 3))], mode="concat"), ShapeError, "concatenated along axis 2"),
    (lambda: merge([Input((3,)), Input((4,))], mode="dot"), ShapeError, "axes 1 and 1 .* differ in size"),
    (lambda: merge([Input((3,))] * 3, mode="cos"), ArgumentError, "takes two tensors, got 3"),
    (lambda: merge([Input((3,))]), ArgumentError, "at least two tensors were wanted, got 1"),
    (lambda: Merge([Dense(2, input_dim=3)]), ArgumentError, "a list of at least two layers was wanted"),
    (lambda: Merge(mode="mean"), ArgumentError, "mode must be a function or one of sum, .*, cos, got 'mean'"),
    # shapes that are not known
    (lambda: Sequential([Embedding(5, 2), Flatten()]), ShapeError, "if it is an Embedding, input_length"),
    (lambda: Sequential([Dense(3)]), ArgumentError, "input_shape"),
    (lambda: Sequential([Reshape((5,), input_shape=(2, 3))]), ShapeError, "cannot be reshaped to"),
    (lambda: _images(Convolution2D, subsample=(0, 1)), ArgumentError, "strides must be .*got \\(0, 1\\)"),
    (lambda: Sequential([MaxPooling2D((9, 9), input_shape=(5, 5, 1), dim_ordering="tf")]), ShapeError, "does not fit"),
    # states
    (lambda: Sequential([LSTM(2, stateful=True, input_shape=(4, 3))]), ArgumentError, "batch_input_shape"),
    (
        lambda: Sequential([Bidirectional(GRU(2, stateful=True), input_shape=(4, 3))]),
        ArgumentError,
        "batch_input_shape",
    ),
    (
        lambda: Sequential([ConvLSTM2D(2, 3, 3, stateful=True, input_shape=(4, 5, 5, 1), dim_ordering="tf")]),
        ArgumentError,
        "batch_input_shape",
    ),
    (lambda: SimpleRNN(2).reset_states(), ArgumentError, "is not stateful"),
    # modes
    (lambda: _images(Convolution2D, border_mode="halb"), ArgumentError, "valid, same, full, got 'halb'"),
    (lambda: _images(layers.SeparableConvolution2D, border_mode="full"), ArgumentError, "valid, same, got 'full'"),
    (lambda: MaxPooling2D(border_mode="full"), ArgumentError, '"valid" or "same", got \'full\''),
    (lambda: layers.LocallyConnected1D(2, 3, border_mode="same"), ArgumentError, "border_mode must be one of valid"),
    (lambda: Convolution2D(2, 3, 3, dim_ordering="cntk"), ArgumentError, '"th", "tf" or "default", got \'cntk\''),
    (lambda: layers.BatchNormalization(mode=3), ArgumentError, "mode must be 0, 1 or 2, got 3"),
    (lambda: LSTM(2, consume_less="disk"), ArgumentError, "consume_less must be .*got 'disk'"),
    (lambda: Bidirectional(LSTM(2), merge_mode="min"), ArgumentError, "merge_mode must be one of .*got 'min'"),
    (lambda: layers.Dropout(1.0), ArgumentError, "p must be from 0 to below 1, got 1.0"),
    # names
    (lambda: Dense(3, output=2), ArgumentError, "unknown argument"),
    (lambda: Dense(3, activation="relou"), UnknownNameError, "Did you mean 'relu'"),
    (lambda: initializations.get("glorot"), UnknownNameError, "There is no initialization named 'glorot'"),
    (lambda: objectives.get("mean_square_error"), UnknownNameError, "mean_squared_error"),
    (lambda: metrics.get("accuracies"), UnknownNameError, "There is no metric named"),
    (lambda: optimizers.get("adm"), UnknownNameError, "There is no optimizer named 'adm'"),
    (lambda: K.set_image_dim_ordering("nhwc"), ArgumentError, '"th", "tf"'),
    # functions
    (lambda: _looking(None), TraceError, "lambda_1"),
]


def _looking(output_shape):
    """A model of a function that looks at values, which symbolic tensors have not."""
    x = Input((3,))
    return Model(input=x, output=Lambda(lambda x: x * float(K.sum(x)), output_shape=output_shape)(x))


@pytest.fixture(autouse=True)
def names_from_the_start():
    K.clear_session()


@pytest.mark.parametrize(("make", "error", "message"), REFUSALS)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_a_stateful_model_refuses_a_remainder(method):
    model = Sequential([SimpleRNN(2, stateful=True, batch_input_shape=(4, 3, 1))])
    model.compile("sgd", "mse")
    data = [np.zeros((6, 3, 1)), np.zeros((6, 2))][: 1 if method == "predict" else 2]
    before = model.get_weights()
    with pytest.raises(ArgumentError, match="multiple of the batch size, got 6 samples and batches of 4"):
        getattr(model, method)(*data, batch_size=4, verbose=0)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_output_shape_serves_where_it_cannot_be_inferred():
    assert _looking((3,)).output_shape == (None, 3)
    assert merge([Input((3,)), Input((2,))], mode=lambda x: K.concatenate([x[0], K.square(x[1])])).shape == (None, 5)


def test_full_borders_are_known_to_all():
    x = np.random.default_rng(0).normal(size=(2, 4, 3, 2)).astype("float32")
    small = Sequential([Convolution2D(3, 3, 2, border_mode="full", input_shape=(4, 3, 2), dim_ordering="tf")])
    padded = Sequential([layers.ZeroPadding2D((2, 1), input_shape=(4, 3, 2), dim_ordering="tf")])
    padded.add(Convolution2D(3, 3, 2, dim_ordering="tf"))
    padded.set_weights(small.get_weights())
    assert small.output_shape == (None, 6, 4, 3)
    np.testing.assert_allclose(small.predict(x), padded.predict(x), rtol=1e-5, atol=1e-6)

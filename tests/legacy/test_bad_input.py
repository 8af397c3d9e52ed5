"""What Keras 1 refused is refused, before any work, with what came, what was wanted and what to do."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from polykeras import backend_scope
from polykeras.errors import ArgumentError, ShapeError, UnknownNameError

PACKAGES = ["polykeras", "polykeras.v1"]


@pytest.fixture(autouse=True)
def quietly_on_numpy():
    with warnings.catch_warnings(), backend_scope("numpy"):
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


class Keras:
    """The layers and models of one of the packages."""

    def __init__(self, package: str) -> None:
        self.layers, self.models = (import_module(f"{package}.{name}") for name in ("layers", "models"))

    def inputs(self, *shapes: tuple[int, ...]) -> list[Any]:
        return [self.layers.Input(shape=shape) for shape in shapes]

    def branches(self, *units: int) -> list[Any]:
        return [self.models.Sequential([self.layers.Dense(n, input_dim=4)]) for n in units]

    def stateful(self) -> Any:
        lstm = self.layers.LSTM(2, stateful=True, batch_input_shape=(4, 5, 3))
        model = self.models.Sequential([lstm, self.layers.Dense(1)])
        model.compile("sgd", "mse")
        return model


@pytest.fixture(params=PACKAGES)
def keras(request: pytest.FixtureRequest) -> Keras:
    return Keras(request.param)


MERGES = {
    "branches": (lambda k: k.layers.Merge(k.branches(3, 2), mode="sum"), ShapeError, r"'sum' needs tensors of one shape, got "
                 r"\[\(None, 3\), \(None, 2\)\]"),
    "ranks": (lambda k: k.layers.merge(k.inputs((3, 2), (3,)), mode="mul"), ShapeError, "'mul' needs tensors of one shape"),
    "concat": (lambda k: k.layers.merge(k.inputs((3, 2), (4, 2)), mode="concat"), ShapeError,
               "concatenated along axis 2, tensors must agree in the others"),
    "dot": (lambda k: k.layers.merge(k.inputs((3,), (2,)), mode="dot", dot_axes=1), ShapeError,
            r"axes 1 and 1 of \[\(None, 3\), \(None, 2\)\] differ in size"),
    "three to cos": (lambda k: k.layers.merge(k.inputs((3,), (3,), (3,)), mode="cos"), ArgumentError, "takes two tensors, got 3"),
    "mode": (lambda k: k.layers.Merge(k.branches(3, 3), mode="summ"), ArgumentError,
             "mode must be a function or one of sum, mul, .*, concat, dot, cos, got 'summ'"),
    "one": (lambda k: k.layers.Merge(k.branches(3)), ArgumentError, "a list of at least two layers was wanted"),
    "one tensor": (lambda k: k.layers.merge(k.inputs((3,))), ArgumentError, "at least two tensors were wanted, got 1"),
    "no list": (lambda k: k.layers.merge(k.inputs((3,))[0]), ArgumentError, "a list of tensors was wanted, got <KerasTensor"),
    "no layers": (lambda k: k.models.Sequential([k.layers.Merge(mode="sum")]), ArgumentError, "must say"),
}  # fmt: skip


@pytest.mark.parametrize("case", MERGES)
def test_merging(keras: Keras, case: str) -> None:
    make, error, message = MERGES[case]
    with pytest.raises(error, match=message):
        make(keras)


MODES = {
    "border_mode": (
        lambda k: k.layers.Convolution2D(2, 3, 3, border_mode="samee"),
        "'?valid'?(,| or) '?same'?.*got 'samee'",
    ),
    "full pooling": (lambda k: k.layers.MaxPooling2D(border_mode="full"), "(valid|same).*got 'full'"),
    "full separable": (
        lambda k: k.layers.SeparableConvolution2D(2, 3, 3, border_mode="full"),
        "(valid|same).*got 'full'",
    ),
    "full deconvolution": (
        lambda k: k.layers.Deconvolution2D(2, 3, 3, (None, 2, 7, 7), border_mode="full"),
        "got 'full'",
    ),
    "dim_ordering": (lambda k: k.layers.Convolution2D(2, 3, 3, dim_ordering="ft"), "must be .*, got 'ft'"),
    "mode": (lambda k: k.layers.BatchNormalization(mode=3), "BatchNormalization: mode.*3"),
    "forget_bias_init": (lambda k: k.layers.LSTM(2, forget_bias_init="on")(*k.inputs((3, 2))), "'on'.*'one'"),
    "init": (lambda k: k.layers.Dense(2, init="unifrom", input_dim=3), "'unifrom'.*Did you mean 'uniform'"),
    "activation": (lambda k: k.layers.Activation("rleu"), "'rleu'.*Did you mean 'relu'"),
    "regularizer": (lambda k: k.layers.Dense(2, W_regularizer="l22"), "'l22'.*Did you mean 'l2'"),
    "constraint": (lambda k: k.layers.Dense(2, W_constraint="maxnrm"), "'maxnrm'.*Did you mean 'max"),
    "loss": (lambda k: k.branches(1)[0].compile("sgd", "mes"), "'mes'.*Did you mean 'mse'"),
    "optimizer": (lambda k: k.branches(1)[0].compile("sdg", "mse"), "'sdg'.*Did you mean 'sgd'"),
    "argument": (lambda k: k.layers.Dense(2, inti="uniform"), r"Dense: unknown argument\(s\) inti"),
}


@pytest.mark.parametrize("case", MODES)
def test_unknown_names(keras: Keras, case: str) -> None:
    make, message = MODES[case]
    with pytest.raises((ArgumentError, UnknownNameError), match=message):
        make(keras)


def test_weights_of_steps(keras: Keras) -> None:
    model = keras.branches(1)[0]
    with pytest.raises(ArgumentError, match=r"sample_weight_mode must be None or .temporal., got 'tempral'"):
        model.compile("sgd", "mse", sample_weight_mode="tempral")
        model.fit(np.zeros((4, 4)), np.zeros((4, 1)), sample_weight=np.ones(4), verbose=0)


def test_an_embedding_without_a_length_before_flatten(keras: Keras) -> None:
    layers = keras.layers
    with pytest.raises(ShapeError, match=r"(complete|input_length)"):
        keras.models.Sequential([layers.Embedding(9, 2, input_length=None), layers.Flatten(), layers.Dense(1)])
    model = keras.models.Sequential([layers.Embedding(9, 2, input_length=3), layers.Flatten(), layers.Dense(1)])
    assert model.output_shape == (None, 1)


def test_a_stateful_layer_without_a_batch_size(keras: Keras) -> None:
    with pytest.raises((ShapeError, ArgumentError), match=r"is stateful.*batch size.*(batch_shape|batch_input_shape)"):
        keras.models.Sequential([keras.layers.LSTM(2, stateful=True, input_shape=(5, 3))])


@pytest.mark.parametrize("task", ["fit", "evaluate", "predict"])
def test_samples_that_do_not_fill_the_batches_of_a_stateful_model(keras: Keras, task: str) -> None:
    model = keras.stateful()
    x, y = np.ones((10, 5, 3)), np.ones((10, 1))
    before = model.get_weights()
    with pytest.raises((ShapeError, ArgumentError), match="multiple of"):
        getattr(model, task)(x, *(() if task == "predict" else (y,)), batch_size=4, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))  # not a step was made
    assert model.predict(x[:8], batch_size=4, verbose=0).shape == (8, 1)


def test_a_mask_for_a_layer_that_does_not_support_masks() -> None:
    v1, today = Keras("polykeras.v1"), Keras("polykeras")
    masked = v1.layers.Masking()(v1.layers.Input(shape=(4, 2)))
    with pytest.raises(
        ArgumentError, match=r"'flatten_\d+' \(Flatten\) does not support masking, but its input has a mask"
    ):
        v1.layers.Flatten()(masked)

    class Plain(today.layers.Layer):
        def call(self, inputs):
            return inputs

    with pytest.warns(UserWarning, match="does not support masking"):  # as Keras does today
        Plain()(today.layers.Masking()(np.zeros((1, 4, 2))))


def test_a_function_merges_and_nobody_says_the_shape(keras: Keras) -> None:
    x, y = keras.inputs((3, 4), (3, 4))
    merged = keras.layers.merge([x, y], mode=lambda tensors: tensors[0][:, 0] * tensors[1][:, 1])
    assert merged.shape == (None, 4)
    assert keras.layers.Lambda(lambda tensor: tensor[:, :2])(x).shape == (None, 2, 4)

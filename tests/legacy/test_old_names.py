"""Each old spelling is accepted, is told of once with the new one in the message, and is refused beside the new one."""

from __future__ import annotations

import inspect
import warnings
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import backend as K
from polykeras import backend_scope, callbacks, constraints, layers, models, optimizers, regularizers, utils
from polykeras.errors import ArgumentError
from polykeras.legacy.accepting import forget_warnings
from polykeras.legacy.spellings import ARGUMENTS


@pytest.fixture(autouse=True)
def warn_anew():
    forget_warnings()
    with warnings.catch_warnings(), backend_scope("numpy"):
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
    forget_warnings()


# What a class needs besides, in today's spelling.
NEEDS: dict[str, dict[str, Any]] = {
    **{f"Conv{rank}D": {"filters": 2, "kernel_size": 2} for rank in (1, 2, 3)},
    "SeparableConv2D": {"filters": 2, "kernel_size": 2},
    "Conv2DTranspose": {"filters": 2, "kernel_size": 2},
    "ConvLSTM2D": {"filters": 2, "kernel_size": 2},
    "Dense": {"units": 2},
    "LSTM": {"units": 2},
    "GRU": {"units": 2},
    "SimpleRNN": {"units": 2},
    "Embedding": {"input_dim": 5, "output_dim": 2},
    "Dropout": {"rate": 0.5},
    "GaussianDropout": {"rate": 0.5},
    "GaussianNoise": {"stddev": 0.5},
    **{f"SpatialDropout{rank}D": {"rate": 0.5} for rank in (1, 2, 3)},
}
# A value of each old argument.
VALUES: dict[str, Any] = {
    "init": "zero", "inner_init": "one", "beta_init": "one", "gamma_init": "zero", "forget_bias_init": "zero",
    "inner_activation": "hard_sigmoid", "border_mode": "same", "dim_ordering": "th", "bias": False, "output_dim": 3,
    "nb_filter": 3, "filter_length": 3, "subsample": 2, "subsample_length": 2, "atrous_rate": 2, "pool_length": 2,
    "stride": 2, "length": 2, "p": 0.25, "dropout": 0.25, "dropout_W": 0.25, "dropout_U": 0.25, "sigma": 0.25, "alpha": 0.25,
    "consume_less": "mem", "mode": 2, "m": 2, "low": 0.5, "high": 0.75, "lr": 0.25, "epsilon": 0.5, "l": 0.5,
    "W_regularizer": "l2", "U_regularizer": "l1l2", "b_regularizer": "l1", "W_constraint": "maxnorm",
    "b_constraint": "nonneg",
}  # fmt: skip
SPACES = (layers, optimizers, callbacks, constraints, regularizers)
FUNCTIONS = ("Model", "compile", "fit", "to_categorical")
PAIRS = [(owner, old) for owner, rules in ARGUMENTS.items() if owner not in FUNCTIONS for old in rules]


def class_of(owner: str) -> Any:
    return next(getattr(space, owner) for space in SPACES if owner in vars(space))


def arguments(owner: str, old: str) -> dict[str, Any]:
    """What the class needs, the old argument in its new name's place."""
    rule = ARGUMENTS[owner][old]
    return {name: v for name, v in NEEDS.get(owner, {}).items() if name != rule} | {old: VALUES[old]}


@pytest.mark.parametrize(("owner", "old"), PAIRS)
def test_an_old_argument(owner: str, old: str) -> None:
    rule, given = ARGUMENTS[owner][old], arguments(owner, old)
    new = {rule: None} if isinstance(rule, str) else rule(VALUES[old])
    with pytest.warns(DeprecationWarning) as seen:
        made = class_of(owner)(**given)
        class_of(owner)(**given)
    (message,) = [str(w.message) for w in seen if f": {old} is " in str(w.message)]
    assert message.startswith(f"{owner}: {old} is Keras 1's spelling of ")
    assert all(name in message for name in new)
    for name in new:
        if hasattr(made, name) and isinstance(VALUES[old], (int, float)) and not callable(getattr(made, name)):
            value = np.asarray(getattr(made, name)).ravel()[0] if name != "statistics" else 2
            assert value == pytest.approx(VALUES[old])
        with pytest.raises(
            ArgumentError, match=f"{owner}: '{old}' is the old spelling of '{name}'; give one of the two"
        ):
            class_of(owner)(**given, **{name: 1})


def test_every_class_of_the_table_is_there() -> None:
    assert all(inspect.isclass(class_of(owner)) for owner in ARGUMENTS if owner not in FUNCTIONS)


CALLS = {
    "Convolution1D": (lambda: layers.Convolution1D(nb_filter=2, filter_length=3), ["filters", "kernel_size"]),
    "Convolution2D": (lambda: layers.Convolution2D(2, 3, 3), ["Conv2D(", "filters", "kernel_size"]),
    "Convolution3D": (lambda: layers.Convolution3D(2, 3, 3, 3), ["Conv3D(", "kernel_size"]),
    "AtrousConvolution1D": (lambda: layers.AtrousConvolution1D(2, 3, atrous_rate=2), ["dilation_rate"]),
    "AtrousConvolution2D": (lambda: layers.AtrousConvolution2D(2, 3, 3, atrous_rate=(2, 2)), ["dilation_rate"]),
    "SeparableConvolution2D": (lambda: layers.SeparableConvolution2D(2, 3, 3), ["SeparableConv2D("]),
    "Deconvolution2D": (lambda: layers.Deconvolution2D(2, 3, 3, (None, 2, 7, 7)), ["Conv2DTranspose"]),
    "Merge": (lambda: layers.Merge(mode="sum"), ["Add, Concatenate"]),
    "merge": (lambda: layers.merge([layers.Input((2,)), layers.Input((2,))]), ["add, concatenate"]),
    "TimeDistributedDense": (lambda: layers.TimeDistributedDense(2), ["TimeDistributed(Dense)"]),
    "input": (lambda: models.Model(input=(x := layers.Input((2,))), outputs=layers.Dense(1)(x)), ["inputs"]),
    "output": (lambda: models.Model((x := layers.Input((2,))), output=layers.Dense(1)(x)), ["outputs"]),
    "input_dim and input_length": (lambda: layers.LSTM(2, input_dim=3, input_length=4), ["input_shape"]),
    "input_length": (lambda: layers.Embedding(9, 2, input_length=4), ["input_shape"]),
    "nb_classes": (lambda: utils.to_categorical([1], nb_classes=2), ["num_classes"]),
    "decay": (lambda: optimizers.SGD(decay=0.5), ["InverseTimeDecay"]),
    "polykeras.objectives": (lambda: polykeras.objectives.mse, ["polykeras.losses"]),
    "polykeras.initializations": (lambda: polykeras.initializations.glorot_uniform, ["polykeras.initializers"]),
    "polykeras.utils.np_utils": (lambda: polykeras.utils.np_utils.to_categorical, ["polykeras.utils"]),
    "l1l2": (lambda: regularizers.l1l2(0.1, 0.2), ["l1_l2"]),
    "activity_l2": (lambda: regularizers.activity_l2(0.1), ["l2"]),
    "maxnorm": (lambda: constraints.maxnorm(2), ["max_norm"]),
    "image_dim_ordering": (lambda: K.image_dim_ordering(), ["image_data_format"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_an_old_name(name: str) -> None:
    call, parts = CALLS[name]
    with pytest.warns(DeprecationWarning) as seen:
        call()
        call()
    messages = [str(w.message) for w in seen]
    assert any(f"{name} is Keras 1's spelling of" in message for message in messages)
    assert len(messages) == len(set(messages))  # each once
    assert all(any(part in message for message in messages) for part in parts)
    assert {w.filename for w in seen} == {__file__}


def trained() -> Any:
    model = models.Sequential([layers.Dense(2, activation="softmax", input_dim=3)])
    model.compile("sgd", "categorical_crossentropy")
    return model


X, Y = np.eye(3)[[0, 1, 2, 0]], np.eye(2)[[0, 1, 0, 1]]


def forever() -> Any:
    while True:
        yield X, Y


METHODS = {
    "nb_epoch": (lambda m: m.fit(X, Y, nb_epoch=2, verbose=0), "epochs"),
    "fit_generator": (lambda m: m.fit_generator(forever(), 4, 1, verbose=0), "fit"),
    "evaluate_generator": (lambda m: m.evaluate_generator(forever(), 4), "evaluate"),
    "predict_generator": (lambda m: m.predict_generator(forever(), 4), "predict"),
    "predict_classes": (lambda m: m.predict_classes(X, verbose=0), "predict and numpy.argmax"),
    "predict_proba": (lambda m: m.predict_proba(X, verbose=0), "predict"),
    "sample_weight_mode": (lambda m: m.compile("sgd", "mse", sample_weight_mode="temporal"), "nothing"),
    "model.reset_states": (lambda m: m.reset_states(), "layer.reset_state"),
}


@pytest.mark.parametrize("name", METHODS)
def test_an_old_method(name: str) -> None:
    call, new = METHODS[name]
    model = trained()
    with pytest.warns(DeprecationWarning, match=f"{name} is Keras 1's spelling of {new}") as seen:
        call(model)
        call(model)
    assert len(seen) == 1


def test_epochs_in_both_spellings() -> None:
    with pytest.raises(ArgumentError, match="fit: 'nb_epoch' is the old spelling of 'epochs'; give one of the two"):
        trained().fit(X, Y, nb_epoch=1, epochs=1)
    x = layers.Input((2,))
    with pytest.raises(ArgumentError, match="Model: 'input' is the old spelling of 'inputs'"):
        models.Model(input=x, inputs=x, output=x)


PLACES = {
    "layers": (
        "Convolution1D Convolution2D Convolution3D AtrousConvolution1D AtrousConvolution2D Deconvolution2D "
        "SeparableConvolution2D Merge merge Highway MaxoutDense TimeDistributedDense ParametricSoftplus SReLU ThresholdedReLU "
        "LocallyConnected1D LocallyConnected2D Recurrent"
    ),
    "layers.core": "Dense Activation Dropout Flatten Reshape Permute RepeatVector Lambda ActivityRegularization Masking",
    "layers.convolutional": "Convolution1D AtrousConvolution1D Convolution2D MaxPooling1D MaxPooling2D UpSampling2D",
    "layers.pooling": "MaxPooling1D AveragePooling1D GlobalMaxPooling1D",
    "layers.recurrent": "Recurrent SimpleRNN GRU LSTM",
    "layers.convolutional_recurrent": "ConvLSTM2D",
    "layers.embeddings": "Embedding",
    "layers.local": "LocallyConnected1D",
    "layers.noise": "GaussianNoise GaussianDropout",
    "layers.normalization": "BatchNormalization",
    "layers.advanced_activations": "LeakyReLU PReLU ELU SReLU",
    "layers.wrappers": "TimeDistributed Bidirectional",
    "engine.topology": "Merge Layer Input InputSpec Node",
    "engine.training": "Model",
    "models": "Sequential Model load_model model_from_json",
    "objectives": "mean_squared_error mse categorical_crossentropy binary_crossentropy cosine_proximity get",
    "initializations": "uniform normal glorot_uniform he_normal orthogonal zero one identity lecun_uniform get",
    "utils.np_utils": "to_categorical normalize",
    "regularizers": "l1 l2 l1l2 activity_l1 activity_l2 activity_l1l2 WeightRegularizer ActivityRegularizer",
    "constraints": "maxnorm nonneg unitnorm MaxNorm NonNeg UnitNorm",
    "optimizers": "SGD RMSprop Adagrad Adadelta Adam Adamax Nadam",
    "backend": "image_dim_ordering set_image_dim_ordering function placeholder variable gradients learning_phase mean",
}


@pytest.mark.parametrize("package", ["polykeras", "polykeras.v1"])
@pytest.mark.parametrize("place", PLACES)
def test_names_are_where_they_were(package: str, place: str) -> None:
    module = import_module(f"{package}.{place}")
    by_attributes = import_module(package)
    for part in place.split("."):
        by_attributes = getattr(by_attributes, part)
    assert by_attributes is module
    assert all(callable(getattr(module, name)) for name in PLACES[place].split())
    with pytest.raises(AttributeError):
        _ = module.no_such_name


def test_sizes_that_had_a_default() -> None:
    assert layers.AveragePooling1D().pool_size == (2,)
    assert layers.AveragePooling2D(border_mode="same").pool_size == (2, 2)
    assert layers.AveragePooling2D(3).pool_size == (3, 3)

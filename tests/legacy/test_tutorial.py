"""Every signature that the tutorial for Keras 1 shows, with all arguments by name, and the modules it imports from."""

import warnings
from importlib import import_module

import numpy as np
import pytest

from polykeras import backend_scope

WEIGHTS = {
    "weights": None, "W_regularizer": None, "b_regularizer": None, "activity_regularizer": None, "W_constraint": None,
    "b_constraint": None, "bias": True, "activation": "linear",
}  # fmt: skip
RECURRENT = {
    "init": "glorot_uniform", "inner_init": "orthogonal", "activation": "tanh", "W_regularizer": None,
    "U_regularizer": None, "b_regularizer": None, "dropout_W": 0.0, "dropout_U": 0.0, "return_sequences": False,
    "go_backwards": False, "stateful": False, "unroll": False, "consume_less": "cpu", "input_dim": None,
    "input_length": None,
}  # fmt: skip
GATES = RECURRENT | {"inner_activation": "hard_sigmoid"}
SEQUENCE = {"init": "uniform", "border_mode": "valid", "subsample_length": 1, "input_dim": None, "input_length": None}
SIGNATURES = [
    ("layers.core", "Dense", {"output_dim": 3, "init": "glorot_uniform", "input_dim": None, **WEIGHTS}, (4,), (3,)),
    ("layers.core", "Activation", {"activation": "relu"}, (4,), (4,)),
    ("layers.core", "Dropout", {"p": 0.5}, (4,), (4,)),
    ("layers.core", "Flatten", {}, (4, 2), (8,)),
    ("layers.core", "Reshape", {"target_shape": (2, 3)}, (6,), (2, 3)),
    ("layers.core", "Permute", {"dims": (2, 1)}, (4, 3), (3, 4)),
    ("layers.core", "RepeatVector", {"n": 3}, (4,), (3, 4)),
    ("layers.core", "Lambda", {"function": lambda x: x * 2, "output_shape": None, "arguments": {}}, (4,), (4,)),
    ("layers.core", "ActivityRegularization", {"l1": 0.0, "l2": 0.0}, (4,), (4,)),
    ("layers.core", "Masking", {"mask_value": 0.0}, (4, 2), (4, 2)),
    ("layers.core", "Highway", {"init": "glorot_uniform", "transform_bias": -2, "input_dim": None, **WEIGHTS}, (4,), (4,)),
    ("layers.core", "MaxoutDense", {"output_dim": 3, "nb_feature": 2}, (4,), (3,)),
    ("layers.convolutional", "Convolution1D", {"nb_filter": 2, "filter_length": 3, **SEQUENCE, **WEIGHTS}, (9, 4), (7, 2)),
    ("layers.convolutional", "AtrousConvolution1D",
     {"nb_filter": 2, "filter_length": 3, "init": "uniform", "border_mode": "valid", "atrous_rate": 2, **WEIGHTS},
     (9, 4), (5, 2)),
    ("layers.convolutional", "Convolution2D",
     {"nb_filter": 2, "nb_row": 3, "nb_col": 2, "border_mode": "valid", "subsample": (1, 1), "dim_ordering": "th",
      "init": "glorot_uniform", **WEIGHTS}, (1, 5, 5), (2, 3, 4)),
    ("layers.convolutional", "AtrousConvolution2D",
     {"nb_filter": 2, "nb_row": 3, "nb_col": 3, "border_mode": "same", "atrous_rate": (2, 2), "dim_ordering": "tf",
      "init": "glorot_uniform", **WEIGHTS}, (5, 5, 1), (5, 5, 2)),
    ("layers.convolutional", "MaxPooling1D", {"pool_length": 2, "stride": None, "border_mode": "valid"}, (6, 2), (3, 2)),
    ("layers.convolutional", "MaxPooling2D",
     {"pool_size": (2, 2), "strides": None, "border_mode": "valid", "dim_ordering": "th"}, (1, 4, 6), (1, 2, 3)),
    ("layers.convolutional", "AveragePooling1D", {"pool_length": 2, "stride": 1, "border_mode": "same"}, (6, 2), (6, 2)),
    ("layers.pooling", "GlobalMaxPooling1D", {}, (6, 2), (2,)),
    ("layers.recurrent", "SimpleRNN", {"output_dim": 3, **RECURRENT}, (5, 2), (3,)),
    ("layers.recurrent", "GRU", {"output_dim": 3, **GATES}, (5, 2), (3,)),
    ("layers.recurrent", "LSTM", {"output_dim": 3, "forget_bias_init": "one", **GATES}, (5, 2), (3,)),
    ("layers.embeddings", "Embedding",
     {"input_dim": 9, "output_dim": 3, "init": "uniform", "input_length": None, "W_regularizer": None,
      "activity_regularizer": None, "W_constraint": None, "mask_zero": False, "weights": None, "dropout": 0.0},
     (5,), (5, 3)),
]  # fmt: skip


@pytest.mark.parametrize("package", ["polykeras", "polykeras.v1"])
@pytest.mark.parametrize(("module", "name", "arguments", "given", "wanted"), SIGNATURES)
def test_signatures(package, module, name, arguments, given, wanted):
    start = import_module(f"{package}.layers").Input
    with warnings.catch_warnings(), backend_scope("numpy"):
        warnings.simplefilter("ignore", DeprecationWarning)
        layer = getattr(import_module(f"{package}.{module}"), name)(**arguments)
        y = layer(start(shape=given, dtype="int32" if name == "Embedding" else "float32"))
    assert y.shape == (None, *wanted)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("engine.topology", "Merge"),
        ("utils.np_utils", "to_categorical"),
        ("objectives", "mean_squared_error"),
        ("initializations", "glorot_uniform"),
        ("backend", "function"),
        ("layers.recurrent", "Recurrent"),
        ("layers.wrappers", "TimeDistributed"),
        ("layers.noise", "GaussianNoise"),
        ("layers.advanced_activations", "SReLU"),
        ("layers.normalization", "BatchNormalization"),
    ],
)
def test_modules(module, name):
    assert callable(getattr(import_module(f"polykeras.{module}"), name))
    with pytest.raises(AttributeError):
        _ = import_module(f"polykeras.{module}").no_such_name


def test_labels_as_rows():
    from polykeras.utils.np_utils import to_categorical

    np.testing.assert_array_equal(to_categorical([0, 2], 3), [[1, 0, 0], [0, 0, 1]])

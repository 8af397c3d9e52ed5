"""Every signature that the tutorial for Keras 1 prints, with all its arguments, on both packages, and what comes out."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pytest

from polykeras import backend_scope

PACKAGES = ["polykeras", "polykeras.v1"]
RNG = np.random.default_rng(0)
VECTORS, STEPS = (RNG.normal(size=shape).astype("float32") for shape in ((2, 4), (2, 6, 3)))
IMAGES = RNG.normal(size=(2, 2, 5, 6)).astype("float32")  # channels first


# ---- the formulas: of an array and the weights ``(kernel, ..., bias)`` in today's layout --------------------------------


def correlate(x: np.ndarray, kernel: np.ndarray, strides: Any = 1, dilation: Any = 1) -> np.ndarray:
    """Windows of ``(batch, *spatial, channels)`` times ``(*window, channels, filters)``."""
    rank = kernel.ndim - 2
    strides, dilation = np.broadcast_to(strides, rank), np.broadcast_to(dilation, rank)
    starts = [(n - (k - 1) * d - 1) // s + 1 for n, k, d, s in zip(x.shape[1:-1], kernel.shape, dilation, strides)]
    y = np.zeros((x.shape[0], *starts, kernel.shape[-1]))
    for place in np.ndindex(*kernel.shape[:rank]):
        cut = tuple(slice(p * d, p * d + (n - 1) * s + 1, s) for p, d, n, s in zip(place, dilation, starts, strides))
        y += x[(slice(None), *cut)] @ kernel[place]
    return y


def channels_first(f: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """The formula `f` for images with channels last, of images with channels first."""
    return lambda x, *weights: np.moveaxis(f(np.moveaxis(x, 1, -1), *weights), -1, 1)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def hard_sigmoid(package: str) -> Callable[[np.ndarray], np.ndarray]:
    """Its slope was 1/5 in Keras 1 and is 1/6 today."""
    return lambda x: np.clip(x / (5 if package == "polykeras.v1" else 6) + 0.5, 0, 1)


def simple_rnn(x: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray) -> np.ndarray:
    h = np.zeros((len(x), len(recurrent)))
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + h @ recurrent + bias)
    return h


def lstm(gate: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Hochreiter and Schmidhuber 1997; the gates are those of input, forgetting, cell and output."""

    def run(x: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray) -> np.ndarray:
        h = c = np.zeros((len(x), len(recurrent)))
        for t in range(x.shape[1]):
            i, f, g, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=-1)
            c = gate(f) * c + gate(i) * np.tanh(g)
            h = gate(o) * np.tanh(c)
        return h

    return run


def gru(gate: Callable[..., np.ndarray], reset_after: bool) -> Callable[..., np.ndarray]:
    """Cho et al. 2014; today the reset gate acts after the product with the recurrent kernel, which has a bias of its own."""

    def run(x: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray) -> np.ndarray:
        u = len(recurrent)
        b, rb = bias if reset_after else (bias, np.zeros(3 * u))
        h = np.zeros((len(x), u))
        for t in range(x.shape[1]):
            zx, rx, hx = np.split(x[:, t] @ kernel + b, 3, axis=-1)
            zh, rh, hh = np.split(h @ recurrent + rb, 3, axis=-1)
            z, r = gate(zx + zh), gate(rx + rh)
            new = hx + (r * hh if reset_after else (r * h) @ recurrent[:, 2 * u :])
            h = z * h + (1 - z) * np.tanh(new)
        return h

    return run


def pooled(x: np.ndarray, f: Callable[..., np.ndarray]) -> np.ndarray:
    """`f` of windows of two steps."""
    return f(x.reshape(x.shape[0], -1, 2, x.shape[2]), axis=2)


def highway(
    x: np.ndarray, kernel: np.ndarray, carry: np.ndarray, bias: np.ndarray, carry_bias: np.ndarray
) -> np.ndarray:
    """Srivastava, Greff and Schmidhuber 2015."""
    t = sigmoid(x @ carry + carry_bias)
    return t * (x @ kernel + bias) + (1 - t) * x


def affine(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return x @ kernel + bias


# ---- what the tutorial prints -------------------------------------------------------------------------------------------


class Printed(NamedTuple):
    """A signature: where, with which arguments, those without a default last; an input, and a formula of what comes out."""

    name: str
    arguments: dict[str, Any]
    x: np.ndarray
    wanted: Callable[[str], Callable[..., np.ndarray]]


def always(formula: Callable[..., np.ndarray]) -> Callable[[str], Callable[..., np.ndarray]]:
    return lambda package: formula


PENALTIES: dict[str, Any] = dict.fromkeys(
    ("W_regularizer", "b_regularizer", "activity_regularizer", "W_constraint", "b_constraint")
)
WEIGHTS = {"init": "glorot_uniform", "activation": "linear", "weights": None, **PENALTIES, "bias": True}
LINEAR = {name: value for name, value in WEIGHTS.items() if name != "activation"}
SEQUENCE = {**WEIGHTS, "init": "uniform", "border_mode": "valid", "subsample_length": 1}
IMAGE = {**WEIGHTS, "border_mode": "valid", "subsample": (1, 1), "dim_ordering": "th"}
RECURRENT = {
    "weights": None, "return_sequences": False, "go_backwards": False, "stateful": False, "unroll": False,
    "consume_less": "cpu", "input_dim": None, "input_length": None, "init": "glorot_uniform", "inner_init": "orthogonal",
    "activation": "tanh", "W_regularizer": None, "U_regularizer": None, "b_regularizer": None, "dropout_W": 0.0,
    "dropout_U": 0.0,
}  # fmt: skip
GATED = {**RECURRENT, "inner_activation": "hard_sigmoid"}
CONV = "layers.convolutional."

SIGNATURES = [
    Printed("layers.core.Dense", {**WEIGHTS, "input_dim": None, "output_dim": 3}, VECTORS, always(affine)),
    Printed("layers.core.Activation", {"activation": "tanh"}, VECTORS, always(np.tanh)),
    Printed("layers.core.Dropout", {"p": 0.5}, VECTORS, always(lambda x: x)),
    Printed("layers.core.Flatten", {}, STEPS, always(lambda x: x.reshape(2, 18))),
    Printed("layers.core.Reshape", {"target_shape": (9, 2)}, STEPS, always(lambda x: x.reshape(2, 9, 2))),
    Printed("layers.core.Permute", {"dims": (2, 1)}, STEPS, always(lambda x: x.transpose(0, 2, 1))),
    Printed("layers.core.RepeatVector", {"n": 3}, VECTORS, always(lambda x: np.repeat(x[:, None], 3, axis=1))),
    Printed("layers.core.Lambda", {"output_shape": None, "arguments": {}, "function": lambda x: x * 2}, VECTORS,
            always(lambda x: x * 2)),
    Printed("layers.core.ActivityRegularization", {"l1": 0.0, "l2": 0.0}, VECTORS, always(lambda x: x)),
    Printed("layers.core.Masking", {"mask_value": 0.0}, STEPS, always(lambda x: x)),
    Printed("layers.core.Highway", {**WEIGHTS, "transform_bias": -2, "input_dim": None}, VECTORS, always(highway)),
    Printed("layers.core.MaxoutDense", {**LINEAR, "nb_feature": 2, "input_dim": None, "output_dim": 3}, VECTORS,
            always(lambda x, kernel, bias: (np.einsum("bi,kio->bko", x, kernel) + bias).max(axis=1))),
    Printed(CONV + "Convolution1D", {**SEQUENCE, "input_dim": None, "input_length": None, "nb_filter": 2, "filter_length": 3},
            STEPS, always(lambda x, kernel, bias: correlate(x, kernel) + bias)),
    Printed(CONV + "AtrousConvolution1D", {**SEQUENCE, "atrous_rate": 2, "nb_filter": 2, "filter_length": 3}, STEPS,
            always(lambda x, kernel, bias: correlate(x, kernel, dilation=2) + bias)),
    Printed(CONV + "Convolution2D", {**IMAGE, "nb_filter": 3, "nb_row": 3, "nb_col": 2}, IMAGES,
            always(channels_first(lambda x, kernel, bias: correlate(x, kernel) + bias))),
    Printed(CONV + "Convolution2D", {**IMAGE, "border_mode": "full", "subsample": (2, 1), "nb_filter": 3, "nb_row": 3,
                                     "nb_col": 2}, IMAGES,
            always(channels_first(lambda x, kernel, bias: correlate(
                np.pad(x, ((0, 0), (2, 2), (1, 1), (0, 0))), kernel, (2, 1)) + bias))),
    Printed(CONV + "AtrousConvolution2D", {**IMAGE, "atrous_rate": (2, 1), "nb_filter": 3, "nb_row": 3, "nb_col": 2}, IMAGES,
            always(channels_first(lambda x, kernel, bias: correlate(x, kernel, dilation=(2, 1)) + bias))),
    Printed(CONV + "MaxPooling1D", {"pool_length": 2, "stride": None, "border_mode": "valid"}, STEPS,
            always(lambda x: pooled(x, np.max))),
    Printed(CONV + "AveragePooling1D", {"pool_length": 2, "stride": None, "border_mode": "valid"}, STEPS,
            always(lambda x: pooled(x, np.mean))),
    Printed(CONV + "MaxPooling2D", {"pool_size": (2, 2), "strides": None, "border_mode": "valid", "dim_ordering": "th"}, IMAGES,
            always(lambda x: x[:, :, :4].reshape(2, 2, 2, 2, 3, 2).max(axis=(3, 5)))),
    Printed("layers.pooling.GlobalMaxPooling1D", {}, STEPS, always(lambda x: x.max(axis=1))),
    Printed("layers.recurrent.SimpleRNN", {**RECURRENT, "output_dim": 2}, STEPS, always(simple_rnn)),
    Printed("layers.recurrent.GRU", {**GATED, "output_dim": 2}, STEPS,
            lambda package: gru(hard_sigmoid(package), package == "polykeras")),
    Printed("layers.recurrent.LSTM", {**GATED, "forget_bias_init": "one", "output_dim": 2}, STEPS,
            lambda package: lstm(hard_sigmoid(package))),
    Printed("layers.embeddings.Embedding",
            {"init": "uniform", "input_length": None, "W_regularizer": None, "activity_regularizer": None, "W_constraint": None,
             "mask_zero": False, "weights": None, "dropout": 0.0, "input_dim": 9, "output_dim": 3},
            np.array([[3, 0, 8], [1, 1, 2]]), always(lambda x, table: table[x])),
]  # fmt: skip


def in_today_s_layout(layer: Any, weights: list[np.ndarray]) -> list[np.ndarray]:
    """Kernels of convolutions with channels last, those of all gates side by side."""
    name = type(layer).__name__
    if "Convolution1D" in name and weights[0].ndim == 4:
        return [weights[0][:, 0], *weights[1:]]
    if "Convolution2D" in name:  # Keras 1's: laid out as the images are
        return [weights[0].transpose(2, 3, 1, 0), *weights[1:]]
    if len(weights) in (9, 12):  # of each gate: kernel, recurrent kernel, bias
        order = (0, 1, 2) if len(weights) == 9 else (0, 2, 1, 3)  # the gate of forgetting came after the cell
        gates = [weights[3 * i : 3 * i + 3] for i in order]
        return [np.concatenate(same, axis=-1) for same in zip(*gates)]
    return weights


def made(package: str, name: str, arguments: dict[str, Any]) -> Any:
    module, _, cls = name.rpartition(".")
    return getattr(import_module(f"{package}.{module}"), cls)(**arguments)


@pytest.fixture(autouse=True)
def quietly_on_numpy():
    with warnings.catch_warnings(), backend_scope("numpy"):
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def model_of(package: str, layer: Any, shape: tuple[int, ...], dtype: str = "float32") -> Any:
    x = import_module(f"{package}.layers").Input(shape=shape, dtype=dtype)
    return import_module(f"{package}.models").Model(input=x, output=layer(x))


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("printed", SIGNATURES, ids=lambda printed: printed.name)
def test_with_all_arguments(package: str, printed: Printed) -> None:
    layer = made(package, printed.name, printed.arguments)
    model = model_of(package, layer, printed.x.shape[1:], "int32" if printed.x.dtype.kind == "i" else "float32")
    found = model.predict(printed.x, verbose=0)
    assert model.output_shape == (None, *found.shape[1:])
    weights = [w + 0.1 for w in layer.get_weights()]  # biases of zero would not be noticed
    layer.set_weights(weights)
    wanted = printed.wanted(package)(printed.x, *in_today_s_layout(layer, weights))
    np.testing.assert_allclose(model.predict(printed.x, verbose=0), wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("package", PACKAGES)
def test_by_position_as_printed(package: str) -> None:
    layers = import_module(f"{package}.layers")
    kernel, bias = np.ones((4, 3)), np.arange(3.0)
    if package == "polykeras.v1":
        layer = layers.Dense(3, "glorot_uniform", "linear", [kernel, bias])
    else:  # positions are today's where the name is
        layer = layers.Dense(3, "linear", weights=[kernel, bias])
    found = model_of(package, layer, (4,)).predict(VECTORS, verbose=0)
    np.testing.assert_allclose(found, VECTORS @ kernel + bias, rtol=1e-5, atol=1e-6)
    old = layers.Convolution2D(3, 3, 2, "glorot_uniform", "relu", None, "same", (2, 2), "th")
    assert model_of(package, old, (2, 5, 6)).output_shape == (None, 3, 3, 3)
    assert model_of(package, layers.Convolution1D(4, 3), (6, 3)).output_shape == (None, 4, 4)


# ---- functions and the Merge layer --------------------------------------------------------------------------------------

A, B = VECTORS, VECTORS[::-1].copy()
MODES = {
    "sum": A + B,
    "mul": A * B,
    "ave": (A + B) / 2,
    "max": np.maximum(A, B),
    "concat": np.concatenate([A, B], -1),
    "dot": (A * B).sum(-1, keepdims=True),
    "cos": ((A * B).sum(-1) / np.sqrt((A * A).sum(-1) * (B * B).sum(-1)))[:, None, None],
}


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("mode", [*MODES, "function", "lambda"])
def test_merge(package: str, mode: str) -> None:
    def difference(tensors: Any) -> Any:
        return tensors[0] - tensors[1]

    rule: Any = {"function": difference, "lambda": lambda tensors: tensors[0] - tensors[1]}.get(mode, mode)
    wanted = MODES.get(mode, A - B)
    topology, layers, models = (import_module(f"{package}.{m}") for m in ("engine.topology", "layers", "models"))
    branches = [models.Sequential([layers.Activation("linear", input_shape=(4,))]) for _ in range(2)]
    merged = topology.Merge(
        layers=branches, mode=rule, concat_axis=-1, dot_axes=-1, output_shape=None, node_indices=None, tensor_indices=None,
        name=None,
    )  # fmt: skip
    model = models.Sequential([merged, layers.Activation("linear")])
    np.testing.assert_allclose(model.predict([A, B], verbose=0), wanted, rtol=1e-5, atol=1e-6)
    x, y = layers.Input(shape=(4,)), layers.Input(shape=(4,))
    merged = layers.merge([x, y], mode=rule, concat_axis=-1, dot_axes=-1)
    model = models.Model(input=[x, y], output=merged)
    np.testing.assert_allclose(model.predict([A, B], verbose=0), wanted, rtol=1e-5, atol=1e-6)
    assert model.output_shape == (None, *wanted.shape[1:])


@pytest.mark.parametrize("package", PACKAGES)
def test_labels_as_rows(package: str) -> None:
    rows = import_module(f"{package}.utils.np_utils").to_categorical([0, 2], 3)
    np.testing.assert_array_equal(rows, [[1, 0, 0], [0, 0, 1]])

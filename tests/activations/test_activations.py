"""Activation functions: values, names, configurations."""

import math

import numpy as np
import pytest

from polykeras import activations, layers, saving
from polykeras.errors import ArgumentError, UnknownNameError

X = np.array([[-7.0, -2.5, -1.0, -0.5, -0.2], [0.0, 0.3, 0.5, 1.0, 8.0]])
ERF = np.vectorize(math.erf)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def _softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def _softplus(x):
    return np.log(1 + np.exp(x))


def _moved(x):
    return np.clip(x / 6 + 0.5, 0, 1)


FORMULAS = {
    "celu": _elu,
    "elu": _elu,
    "exponential": np.exp,
    "gelu": lambda x: x * (1 + ERF(x / np.sqrt(2))) / 2,
    "hard_shrink": lambda x: x * (np.abs(x) > 0.5),
    "hard_sigmoid": _moved,
    "hard_silu": lambda x: x * _moved(x),
    "hard_swish": lambda x: x * _moved(x),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "linear": lambda x: x,
    "log_sigmoid": lambda x: np.log(_sigmoid(x)),
    "log_softmax": lambda x: np.log(_softmax(x)),
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "selu": lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772),
    "sigmoid": _sigmoid,
    "silu": lambda x: x * _sigmoid(x),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "softmax": _softmax,
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sparse_plus": lambda x: np.where(x < -1, 0, np.where(x > 1, x, (x + 1) ** 2 / 4)),
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "swish": lambda x: x * _sigmoid(x),
    "tanh": np.tanh,
    "tanh_shrink": lambda x: x - np.tanh(x),
}
OTHERS = {"glu", "sparsemax", "threshold"}  # tested by themselves


@pytest.mark.parametrize("name", FORMULAS)
def test_values(name):
    np.testing.assert_allclose(activations.get(name)(X), FORMULAS[name](X), rtol=1e-9, atol=1e-12)


def test_every_public_name_has_a_formula_here():
    functions = set(activations.__all__) - {"get", "serialize", "deserialize"}
    assert functions == set(FORMULAS) | OTHERS == set(activations._TABLE)


def test_relu_s_arguments():
    x = np.array([-2.0, 0.5, 1.0, 1.5, 9.0])
    assert activations.relu(x, negative_slope=0.1).tolist() == [-0.2, 0.5, 1.0, 1.5, 9.0]
    assert activations.relu(x, max_value=1.2).tolist() == [0, 0.5, 1.0, 1.2, 1.2]
    assert activations.relu(x, threshold=1.0).tolist() == [0, 0, 0, 1.5, 9.0]
    assert activations.relu(x, 0.5, 3.0, 1.0).tolist() == [-1.5, -0.25, 0, 1.5, 3.0]


def test_gelu_is_exact_unless_asked():
    assert activations.gelu(np.float64([1.0]))[0] == pytest.approx(0.8413447460685429, abs=1e-12)
    assert activations.gelu(np.float64([1.0]), approximate=True)[0] == pytest.approx(0.8411919906, abs=1e-9)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_sparsemax_is_the_nearest_point_of_the_simplex(axis):
    x = np.random.default_rng(0).normal(size=(3, 4)) * 2
    y = np.moveaxis(activations.sparsemax(x, axis), axis, -1)
    np.testing.assert_allclose(y.sum(-1), 1)
    assert (y >= 0).all()
    for row, found in zip(np.moveaxis(x, axis, -1), y, strict=True):
        # The projection is max(x - tau, 0) for the one tau that makes it sum to 1, found here by bisection.
        low, high = row.min() - 1, row.max()
        for _ in range(80):
            tau = (low + high) / 2
            low, high = (tau, high) if np.maximum(row - tau, 0).sum() > 1 else (low, tau)
        np.testing.assert_allclose(found, np.maximum(row - tau, 0), atol=1e-9)


def test_glu_and_threshold():
    x = np.array([[1.0, -2.0, 0.0, 3.0]])
    np.testing.assert_allclose(activations.glu(x), [[0.5, -2 * _sigmoid(3)]])
    assert activations.threshold(x, 0.5, -9.0).tolist() == [[1.0, -9.0, -9.0, 3.0]]


def test_get():
    assert activations.get(None) is activations.linear
    assert activations.get("tanh") is activations.tanh
    assert activations.get(math.cos) is math.cos
    assert isinstance(activations.get(layers.Activation("relu")), layers.Activation)


def test_an_unknown_name_lists_near_ones():
    with pytest.raises(
        UnknownNameError, match=r"Unknown activation 'sigmod'\. Did you mean 'sigmoid'.* Known: celu, elu"
    ):
        activations.get("sigmod")
    with pytest.raises(UnknownNameError, match="3 is no activation"):
        activations.get(3)


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_the_name_is_the_configuration(name):
    assert activations.serialize(activations.get(name)) == name
    assert activations.deserialize(name) is activations.get(name)
    data = saving.serialize_keras_object(activations.get(name))
    assert data == {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}
    assert saving.deserialize_keras_object(data) is activations.get(name)


def test_a_user_s_function():
    def doubled(x):
        return 2 * x

    data = activations.serialize(doubled)
    assert data["config"] == "doubled"
    with pytest.raises(UnknownNameError, match="Unknown function 'doubled'"):
        activations.deserialize(data)
    assert activations.deserialize(data, {"doubled": doubled}) is doubled
    with saving.custom_object_scope({"doubled": doubled}):
        assert activations.get("doubled") is doubled
    with pytest.raises(ArgumentError, match="no named function"):
        activations.serialize(lambda x: x)

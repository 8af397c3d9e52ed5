"""`Dense` and `Activation`."""

import numpy as np
import pytest

from polykeras import constraints, layers, ops, regularizers
from polykeras.errors import ArgumentError, ShapeError, UnknownNameError


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 5), (2, 3, 2, 5)])
def test_weighted_sums_of_the_last_axis(rng, shape):
    x, kernel, bias = rng.normal(size=shape), rng.normal(size=(5, 3)), rng.normal(size=3)
    layer = layers.Dense(3, activation="tanh", dtype="float64")
    layer.build(shape)
    layer.set_weights([kernel, bias])
    np.testing.assert_allclose(layer(x), np.tanh(np.einsum("...f,fu->...u", x, kernel) + bias), atol=1e-12)


def test_no_bias():
    layer = layers.Dense(2, use_bias=False, kernel_initializer="ones")
    assert layer(np.ones((1, 3), "float32")).tolist() == [[3, 3]]
    assert [v.name for v in layer.weights] == ["kernel"]


def test_activation_may_be_a_function():
    layer = layers.Dense(1, activation=lambda x: x * 2, kernel_initializer="ones")
    assert layer(np.ones((1, 3), "float32")).tolist() == [[6]]
    assert layers.Activation(ops.square)(np.array([[-3.0]], "float32")).tolist() == [[9]]


def test_integers_become_floats():
    layer = layers.Dense(1, kernel_initializer="ones")
    assert str(layer(np.ones((1, 3), "int32")).dtype) == "float32"


def test_regularizers_and_constraints_reach_the_variables():
    layer = layers.Dense(
        2,
        kernel_initializer="ones",
        kernel_regularizer=regularizers.L2(0.1),
        bias_regularizer="l1",
        kernel_constraint=constraints.NonNeg(),
    )
    layer.build((None, 3))
    assert float(layer.losses[0]) == pytest.approx(0.6)
    assert isinstance(layer.kernel.constraint, constraints.NonNeg)
    assert layer.bias.constraint is None
    assert layer.bias.regularizer is not None


def test_activity_regularizer_is_per_sample():
    layer = layers.Dense(1, kernel_initializer="ones", activity_regularizer=regularizers.L1(0.5))
    layer(np.ones((4, 3), "float32"))
    assert [float(v) for v in layer.losses] == pytest.approx([1.5])
    layer(np.ones((4, 3), "float32"))
    assert len(layer.losses) == 1


def test_wrong_rank_before_and_after_building():
    layer = layers.Dense(2, name="head")
    for _ in range(2):
        with pytest.raises(ShapeError, match=r"'head' expects an input of rank at least 2.*got shape \(3,\)"):
            layer(np.zeros(3, "float32"))
        layer(np.zeros((1, 3), "float32"))


def test_wrong_number_of_features_names_layer_expected_and_got():
    layer = layers.Dense(2, name="head")
    layer.build((None, 3))
    with pytest.raises(ShapeError, match=r"'head' expects .*size 3 along axis -1, got shape \(1, 4\)"):
        layer(np.zeros((1, 4), "float32"))
    with pytest.raises(ShapeError, match=r"'head' expects .*size 3 along axis -1, got shape \(None, 4\)"):
        layer(layers.Input((4,)))


def test_unknown_number_of_features():
    with pytest.raises(ShapeError, match=r"'head' needs to know the size along axis -1.*\(None, None\)"):
        layers.Dense(2, name="head")(layers.Input((None,)))


@pytest.mark.parametrize("units", [0, -1, 2.5, "3", None, True])
def test_bad_units(units):
    with pytest.raises(ArgumentError, match="Dense: units must be a positive int"):
        layers.Dense(units)


def test_unknown_activation():
    with pytest.raises(UnknownNameError, match="Did you mean 'relu'"):
        layers.Dense(2, activation="rellu")

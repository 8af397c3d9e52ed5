"""Regularizers: values, names, configurations."""

import json

import numpy as np
import pytest

from polykeras import ops, regularizers
from polykeras.errors import ArgumentError, ShapeError, UnknownNameError

X = np.random.default_rng(0).normal(size=(3, 4))


def _cosines(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    product = np.abs(unit @ unit.T)
    upper = product[np.triu_indices(len(rows), 1)]
    return upper.mean()


@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [
        (regularizers.L1(), 0.01 * np.abs(X).sum()),
        (regularizers.L2(0.5), 0.5 * (X**2).sum()),
        (regularizers.L1L2(), 0.0),
        (regularizers.L1L2(l1=0.3), 0.3 * np.abs(X).sum()),
        (regularizers.L1L2(l2=0.2), 0.2 * (X**2).sum()),
        (regularizers.L1L2(0.3, 0.2), 0.3 * np.abs(X).sum() + 0.2 * (X**2).sum()),
        (regularizers.OrthogonalRegularizer(2.0), 2 * _cosines(X)),
        (regularizers.OrthogonalRegularizer(2.0, "columns"), 2 * _cosines(X.T)),
    ],
)
def test_values_and_configurations(regularizer, expected):
    np.testing.assert_allclose(regularizer(X), expected, rtol=1e-10)
    assert np.shape(regularizer(X)) == ()
    data = json.loads(json.dumps(regularizers.serialize(regularizer)))
    assert data["module"] == "keras.regularizers"
    for other in (regularizers.deserialize(data), regularizers.get(data)):
        assert type(other) is type(regularizer)
        assert other.get_config() == regularizer.get_config()
        np.testing.assert_allclose(other(X), expected, rtol=1e-10)


def test_one_row_has_no_pairs():
    assert regularizers.OrthogonalRegularizer()(X[:1]) == 0


def test_gradient():
    gradient = ops.grad(regularizers.L1L2(0.3, 0.2))(X)
    np.testing.assert_allclose(gradient, 0.3 * np.sign(X) + 0.4 * X)


@pytest.mark.parametrize("name", sorted(regularizers._TABLE))
def test_every_name(name):
    assert np.isfinite(regularizers.get(name)(X))


def test_get():
    assert regularizers.get(None) is None
    assert regularizers.get("l2").l2 == 0.01
    one = regularizers.L1()
    assert regularizers.get(one) is one
    assert regularizers.get({"class_name": "L2", "config": {"l2": 0.5}}).l2 == 0.5
    assert regularizers.get(np.sum) is np.sum
    with pytest.raises(UnknownNameError, match=r"Unknown regularizer 'L3'\. Did you mean 'L[12]'"):
        regularizers.get("L3")


@pytest.mark.parametrize("value", [-1, float("inf"), float("nan"), "a", True])
def test_bad_factors(value):
    with pytest.raises(ArgumentError, match="L1: l1 must be a finite number not below 0, got"):
        regularizers.L1(value)
    with pytest.raises(ArgumentError, match="L1L2: l2 must be"):
        regularizers.L1L2(l2=value)


def test_bad_arguments():
    with pytest.raises(ArgumentError, match="mode must be 'rows' or 'columns', got 'both'"):
        regularizers.OrthogonalRegularizer(mode="both")
    with pytest.raises(ShapeError, match=r"takes matrices, got shape \(3, 4, 1\)"):
        regularizers.OrthogonalRegularizer()(X[:, :, None])
    with pytest.raises(ArgumentError, match="Regularizer defines no __call__"):
        regularizers.Regularizer()(X)

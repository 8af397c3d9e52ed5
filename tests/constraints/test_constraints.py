"""Constraints: values, names, configurations."""

import json

import numpy as np
import pytest

from polykeras import constraints
from polykeras.errors import ArgumentError, UnknownNameError

W = np.random.default_rng(0).normal(size=(3, 4)) * 2
NORMS = np.linalg.norm(W, axis=0)


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (constraints.MaxNorm(), W * np.minimum(1, 2 / NORMS)),
        (constraints.MaxNorm(1.0, axis=1), W / np.maximum(1, np.linalg.norm(W, axis=1, keepdims=True))),
        (constraints.NonNeg(), np.maximum(W, 0)),
        (constraints.UnitNorm(), W / NORMS),
        (constraints.UnitNorm([0, 1]), W / np.linalg.norm(W)),
        (constraints.MinMaxNorm(2.5, 3.0), W * np.clip(NORMS, 2.5, 3.0) / NORMS),
        (constraints.MinMaxNorm(2.5, 3.0, 0.25), W * (0.25 * np.clip(NORMS, 2.5, 3.0) + 0.75 * NORMS) / NORMS),
    ],
)
def test_values_and_configurations(constraint, expected):
    np.testing.assert_allclose(constraint(W), expected, rtol=1e-6)
    data = json.loads(json.dumps(constraints.serialize(constraint)))
    assert data["module"] == "keras.constraints"
    for other in (constraints.deserialize(data), constraints.get(data)):
        assert type(other) is type(constraint)
        assert other.get_config() == constraint.get_config()
        np.testing.assert_allclose(other(W), expected, rtol=1e-6)


def test_zeros_stay_zeros():
    for name in ("MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm"):
        assert not getattr(constraints, name)()(np.zeros((2, 2))).any()


def test_dtype_stays():
    for name in ("MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm"):
        assert getattr(constraints, name)()(W.astype("float16")).dtype == np.float16


@pytest.mark.parametrize("name", sorted(constraints._TABLE))
def test_every_name(name):
    assert constraints.get(name)(W).shape == W.shape


def test_get():
    assert constraints.get(None) is None
    one = constraints.NonNeg()
    assert constraints.get(one) is one
    assert constraints.get("max_norm").max_value == 2
    assert constraints.get({"class_name": "MaxNorm", "config": {"max_value": 3}}).max_value == 3
    with pytest.raises(UnknownNameError, match=r"Unknown constraint 'max_nrom'\. Did you mean 'max_norm'"):
        constraints.get("max_nrom")
    with pytest.raises(ArgumentError, match="Constraint defines no __call__"):
        constraints.Constraint()(W)

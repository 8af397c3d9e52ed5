"""Dtype policies by name and as data, those of nested layers, and the global one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from polykeras import config, dtype_policies, layers, ops, saving
from polykeras.dtype_policies import DTypePolicy, DTypePolicyMap, FloatDTypePolicy
from polykeras.errors import ArgumentError, DtypeError
from polykeras.scope import backend_scope

X = np.ones((2, 3), "float32")


@pytest.fixture(autouse=True)
def on_numpy() -> Iterator[None]:
    """Make NumPy the default backend, and leave the global policy as it was."""
    before = config.dtype_policy()
    with backend_scope("numpy"):
        yield
    config.set_dtype_policy(before)


@pytest.mark.parametrize(
    ("name", "compute", "variable"),
    [
        ("float64", "float64", "float64"),
        ("mixed_float16", "float16", "float32"),
        ("mixed_bfloat16", "bfloat16", "float32"),
    ],
)
def test_dtypes_by_name(name: str, compute: str, variable: str) -> None:
    policy = DTypePolicy(name)
    assert (policy.name, policy.compute_dtype, policy.variable_dtype) == (name, compute, variable)
    assert policy == FloatDTypePolicy(name) == dtype_policies.get(policy.name)
    assert policy != DTypePolicy("float32")
    assert repr(policy) == f'<DTypePolicy "{name}">'


def test_the_global_policy() -> None:
    assert DTypePolicy().name == config.dtype_policy().name == "float32"
    config.set_dtype_policy("mixed_bfloat16")
    assert DTypePolicy().name == layers.Dense(2).dtype_policy.name == "mixed_bfloat16"
    config.set_dtype_policy(None)
    assert dtype_policies.get(None).name == "float32"


@pytest.mark.parametrize("dtype", [None, "float64", "mixed_float16", np.float16, DTypePolicy("mixed_bfloat16")])
def test_configuration_of_a_layer(dtype: Any) -> None:
    layer = layers.Dense(2, dtype=dtype)
    described = json.loads(json.dumps(layer.get_config()))
    assert described["dtype"]["class_name"] == "DTypePolicy"
    assert described["dtype"]["module"] == "keras"
    assert layers.Dense.from_config(described).dtype_policy == layer.dtype_policy
    assert dtype_policies.deserialize(described["dtype"]) == layer.dtype_policy
    assert layer.dtype == layer.variable_dtype == layer.dtype_policy.variable_dtype


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        ("mixed_float8", ArgumentError, "Unknown dtype policy 'mixed_float8'"),
        ("int8_from_float32", ArgumentError, "not quantized here"),
        (3.5, ArgumentError, "must be a name such as 'float32'"),
        ({"class_name": "Dense", "config": {"units": 1}}, ArgumentError, "none of a dtype policy"),
    ],
)
def test_refused(bad: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        layers.Dense(2, dtype=bad)


def test_a_name_that_is_no_string() -> None:
    with pytest.raises(DtypeError, match="name must be a string"):
        DTypePolicy(3)  # type: ignore[arg-type]


def test_inputs_are_cast_if_they_are_floating() -> None:
    policy = DTypePolicy("mixed_float16")
    assert ops.dtype(policy.convert_input(X, True, "float16")) == "float16"
    assert ops.dtype(policy.convert_input(X, False, "float16")) == "float32"
    assert ops.dtype(policy.convert_input(np.arange(3), True, "float16")) == ops.dtype(np.arange(3))
    assert policy.convert_input("text", True, "float16") == "text"


def test_the_nearest_key_of_a_map() -> None:
    policies = DTypePolicyMap("float32")
    policies["encoder/.*"] = "float16"
    policies["encoder/dense"] = "bfloat16"
    assert policies["encoder/dense"].name == "bfloat16"
    assert policies["encoder/query"].name == "float16"
    assert policies["encoder"].name == policies["decoder/dense"].name == "float32"
    assert (policies.name, policies.compute_dtype, list(policies)) == (
        "map_float32",
        "float32",
        ["encoder/.*", "encoder/dense"],
    )
    policies["enc.*/query"] = "float64"
    with pytest.raises(ArgumentError, match="'encoder/query' matches several keys"):
        policies["encoder/query"]
    with pytest.raises(ArgumentError, match="'encoder/dense' has the policy 'bfloat16' already"):
        policies["encoder/dense"] = "float32"
    with pytest.raises(ArgumentError, match="cannot be a DTypePolicyMap"):
        DTypePolicyMap(policies)
    with pytest.raises(DtypeError, match="policy_map must be a dictionary"):
        DTypePolicyMap("float32", ["a"])  # type: ignore[arg-type]


def test_a_map_as_data() -> None:
    policies = DTypePolicyMap("float32", {"a/b": "mixed_float16"})
    described = json.loads(json.dumps(dtype_policies.serialize(policies)))
    assert described["module"] == "keras.dtype_policies"
    assert dtype_policies.deserialize(described) == policies
    assert dict(dtype_policies.get(described)) == {"a/b": DTypePolicy("mixed_float16")}  # type: ignore[call-overload]


@saving.register_keras_serializable("tests")
class Pair(layers.Layer):
    """Two dense layers that have its policies."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = layers.Dense(2, name="first", dtype=self.dtype_policy)
        self.second = layers.Dense(2, name="second", dtype=self.dtype_policy)

    def build(self, input_shape: Any) -> None:
        """Both."""
        self.first.build(input_shape)
        self.second.build((input_shape[0], 2))

    def call(self, inputs: Any) -> Any:
        """One after the other."""
        return self.second(self.first(inputs))


def test_layers_inside_have_the_policies_of_their_paths() -> None:
    layer = Pair(name="pair", dtype=DTypePolicyMap("float32", {"pair/second": "mixed_float16", "pair/fi.*": "float64"}))
    y = layer(X)
    assert ops.dtype(y) == "float16"
    assert [v.dtype for v in layer.weights] == ["float64", "float64", "float32", "float32"]
    assert (layer.compute_dtype, layer.first.compute_dtype, layer.second.compute_dtype) == (
        "float32",
        "float64",
        "float16",
    )
    twin = saving.deserialize_keras_object(json.loads(json.dumps(saving.serialize_keras_object(layer))))
    assert ops.dtype(twin(X)) == "float16"
    layer.second.dtype_policy = "float32"
    assert ops.dtype(layer(X)) == "float32"

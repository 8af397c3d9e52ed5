"""Functional models as configurations: Keras 3's form, read and written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, ops, saving, tree
from polykeras.errors import ArgumentError, UnknownNameError

WRITTEN_BY_KERAS = Path(__file__).parent / "data" / "functional_of_ops.json"


def _through_json(model: Any) -> Any:
    return json.loads(json.dumps(saving.serialize_keras_object(model)))


def _nested_model() -> pk.Model:
    """Shared layers, two inputs by name, nested outputs, ops on symbolic tensors, a layer with several results."""
    a, b = pk.Input((4,), name="a"), pk.Input((4,), name="b")
    shared = layers.Dense(3, name="shared")
    x = layers.Add(name="sum")([shared(a), shared(b)])
    y = ops.relu(x) + 1.0
    attended = layers.MultiHeadAttention(2, 3, name="mha")(ops.expand_dims(y, 1), ops.expand_dims(x, 1))
    product = ops.einsum("ij,kj->ik", x, y)
    both = ops.concatenate([x, y], axis=-1)
    _, state, _ = layers.LSTM(3, return_state=True, name="lstm")(ops.expand_dims(both, 1))
    inner = pk.Sequential([pk.Input((6,)), layers.Dense(2)], name="inner")
    return pk.Model({"a": a, "b": b}, {"o": attended, "p": [product, both[:, 1:3], state], "q": inner(both)}, name="m")


def _data() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=(3, 4)).astype("float32") for name in "ab"}


def test_a_nested_model_comes_back_equal() -> None:
    model = _nested_model()
    config = _through_json(model)
    twin = saving.deserialize_keras_object(config)
    assert _through_json(twin) == config
    assert [w.shape for w in twin.weights] == [w.shape for w in model.weights]
    twin.set_weights(model.get_weights())
    expected, found = model.predict(_data(), verbose=0), twin.predict(_data(), verbose=0)
    tree.assert_same_structure(expected, found)
    for one, other in zip(tree.flatten(expected), tree.flatten(found), strict=True):
        np.testing.assert_array_equal(other, one)


def test_the_form_is_that_of_keras() -> None:
    config = _through_json(_nested_model())
    assert (config["module"], config["class_name"]) == ("keras.src.models.functional", "Functional")
    inner = config["config"]
    assert inner["input_layers"] == {"a": ["a", 0, 0], "b": ["b", 0, 0]}
    assert inner["output_layers"]["o"] == ["mha", 0, 0]
    by_name = {layer["name"]: layer for layer in inner["layers"]}
    expanded = next(layer for layer in inner["layers"] if layer["class_name"] == "ExpandDims")
    tensor = {"class_name": "__keras_tensor__"}
    calls = [call["args"][0] for call in by_name["shared"]["inbound_nodes"]]
    assert calls == [
        tensor | {"config": {"shape": [None, 4], "dtype": "float32", "keras_history": [name, 0, 0]}} for name in "ab"
    ]
    assert expanded["module"] == "keras.src.ops.numpy" and expanded["registered_name"] == "ExpandDims"
    assert expanded["config"] == {"name": expanded["name"], "axis": 1}


def test_a_model_that_keras_wrote_computes_the_same() -> None:
    model = pk.models.model_from_json(WRITTEN_BY_KERAS.read_text())
    x = np.random.default_rng(1).normal(size=(3, 4)).astype("float32")
    outputs = dict(zip((y.node.operation.name for y in model.outputs), model.predict(x, verbose=0), strict=True))
    np.testing.assert_allclose(outputs["einsum"], x @ x.T, rtol=1e-6)
    np.testing.assert_array_equal(outputs["get_item"], x[:, :2])
    np.testing.assert_array_equal(outputs["get_item_1"], x[..., None])
    np.testing.assert_array_equal(outputs["clip"], np.clip(x, 0, 1))
    np.testing.assert_array_equal(outputs["subtract"], 1 - x)
    np.testing.assert_array_equal(outputs["pad"], np.pad(x, [[0, 0], [1, 1]]))
    np.testing.assert_array_equal(outputs["where"], np.where(x > 0, x, 0))
    np.testing.assert_array_equal(outputs["cast"], x.astype("int32"))


def test_frozen_models_come_back_frozen() -> None:
    model = _nested_model()
    model.trainable = False
    assert not saving.deserialize_keras_object(_through_json(model)).trainable_weights


def test_a_compiled_model_comes_back_compiled() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.compile(pk.optimizers.Adam(0.02), pk.losses.Huber(0.5), metrics=["mae"], loss_weights=[2.0])
    twin = saving.deserialize_keras_object(_through_json(model))
    assert float(twin.optimizer.learning_rate) == pytest.approx(0.02)
    assert twin.get_compile_config() == model.get_compile_config()
    x, y = np.ones((4, 3), "float32"), np.ones((4, 1), "float32")
    twin.set_weights(model.get_weights())
    assert twin.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)
    assert model.get_compile_config()["loss"]["config"]["delta"] == 0.5


def test_python_code_on_symbolic_tensors_cannot_be_saved() -> None:
    x = pk.Input((4,))
    model = pk.Model(x, ops.map(lambda row: row * 2, x))
    with pytest.raises(ArgumentError, match="Python code called on symbolic tensors"):
        model.get_config()


def test_calls_that_nothing_feeds_are_named() -> None:
    config = _through_json(_nested_model())
    config["config"]["layers"] = [layer for layer in config["config"]["layers"] if layer["name"] != "sum"]
    with pytest.raises(ArgumentError, match=r"disconnected: these wait for others: \{'relu\w*': \['sum'\]"):
        saving.deserialize_keras_object(config)


def test_unknown_operations_get_a_hint() -> None:
    config = _through_json(_nested_model())
    next(layer for layer in config["config"]["layers"] if layer["class_name"] == "Relu")["class_name"] = "Rellu"
    with pytest.raises(UnknownNameError, match=r"Unknown operation 'Rellu'.*Relu"):
        saving.deserialize_keras_object(config)


def test_text_that_is_no_json() -> None:
    with pytest.raises(ArgumentError, match="no JSON"):
        pk.models.model_from_json("{")

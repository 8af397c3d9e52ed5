"""Models made from graphs of symbolic tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, ops
from polykeras.errors import ArgumentError, ShapeError, TraceError, UnknownNameError
from polykeras.models import Functional

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def _branches() -> pk.Model:
    a = pk.Input((3,), name="a")
    left = layers.Dense(2, name="left")(a)
    right = layers.Dense(2, name="right")(a)
    return pk.Model(a, layers.Add(name="sum")([left, right]), name="branches")


def test_a_model_from_tensors_is_functional() -> None:
    model = _branches()
    assert isinstance(model, Functional)
    assert model.built
    assert model.name == "branches"
    assert model.input_shape == (None, 3)
    assert model.output_shape == (None, 2)
    assert model.output_names == ["sum"]
    assert [x.name for x in model.inputs] == ["a"]


def test_layers_come_in_the_order_of_the_graph() -> None:
    model = _branches()
    assert [layer.name for layer in model.layers] == ["a", "left", "right", "sum"]
    assert [v.path for v in model.weights] == ["left/kernel", "left/bias", "right/kernel", "right/bias"]
    assert model.count_params() == 16


def test_it_computes_what_the_layers_do() -> None:
    model = _branches()
    left, right = model.get_layer("left"), model.get_layer("right")
    expected = X @ left.kernel.numpy() + X @ right.kernel.numpy()
    np.testing.assert_allclose(ops.convert_to_numpy(model(X)), expected, rtol=1e-5)


def test_ops_on_symbolic_tensors_are_part_of_the_graph() -> None:
    a = pk.Input((3,))
    model = pk.Model(a, ops.sum(ops.relu(a) * 2.0 + 1.0, axis=-1))
    np.testing.assert_allclose(model.predict(X), (np.maximum(X, 0) * 2 + 1).sum(-1), rtol=1e-6)
    assert model.output_shape == (None,)
    assert model.weights == []


def test_operators_and_slices_of_symbolic_tensors() -> None:
    a = pk.Input((4, 3))
    model = pk.Model(a, (1.0 - a[:, 1:, 0]) / 2.0)
    x = np.random.default_rng(1).normal(size=(2, 4, 3)).astype("float32")
    np.testing.assert_allclose(model.predict(x), (1 - x[:, 1:, 0]) / 2, rtol=1e-6)
    assert model.output_shape == (None, 3)


def test_a_model_called_on_symbolic_tensors_is_a_layer_of_another() -> None:
    inner = _branches()
    b = pk.Input((3,))
    outer = pk.Model(b, layers.Dense(1)(inner(b)))
    assert inner in outer.layers
    assert len(outer.weights) == 6
    np.testing.assert_allclose(
        outer.predict(X), inner.predict(X) @ outer.layers[-1].kernel.numpy(), rtol=1e-5, atol=1e-6
    )


def test_a_part_of_a_model_shares_its_weights() -> None:
    model = _branches()
    part = pk.Model(model.inputs, model.get_layer("left").output)
    assert part.weights[0] is model.get_layer("left").kernel
    model.get_layer("left").set_weights([np.ones((3, 2)), np.zeros(2)])
    np.testing.assert_allclose(part.predict(X), np.repeat(X.sum(-1, keepdims=True), 2, 1), rtol=1e-5)


def test_a_layer_used_twice_is_one_layer() -> None:
    a, b = pk.Input((3,)), pk.Input((3,))
    shared = layers.Dense(2)
    model = pk.Model([a, b], [shared(a), shared(b)])
    assert len(model.weights) == 2
    assert model.layers.count(shared) == 1
    first, second = model.predict([X, 2 * X])
    np.testing.assert_allclose(second, 2 * first, rtol=1e-5)
    assert shared.input is a  # of the first call
    with pytest.raises(AttributeError, match="was not called on a symbolic tensor yet, it has no output"):
        _ = layers.Dense(1).output


def test_structures_of_inputs() -> None:
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    model = pk.Model({"first": a, "second": b}, {"difference": layers.Subtract()([a, b])})
    np.testing.assert_allclose(model.predict({"first": X, "second": X})["difference"], 0)
    as_list = pk.Model([a, b], layers.Subtract()([a, b]))
    np.testing.assert_allclose(as_list.predict({"b": X, "a": 2 * X}), X, rtol=1e-6)  # by the inputs' names
    np.testing.assert_allclose(as_list.predict((2 * X, X)), X, rtol=1e-6)


def test_sizes_of_the_batch_that_vary() -> None:
    model = _branches()
    for rows in (1, 2, 4):
        assert model.predict(X[:rows]).shape == (rows, 2)


def test_a_missing_last_axis_of_size_one_is_added() -> None:
    a = pk.Input((1,))
    model = pk.Model(a, a * 2.0)
    assert model.predict(np.ones(5, "float32")).shape == (5, 1)


def test_training_reaches_the_layers_inside() -> None:
    a = pk.Input((3,))
    inner = pk.Sequential([pk.Input((3,)), layers.Dropout(0.5, seed=0)])
    model = pk.Model(a, inner(a))
    ones = np.ones((2, 3), "float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(model(ones)), ones)
    np.testing.assert_array_equal(ops.convert_to_numpy(model(ones, training=False)), ones)
    assert set(np.unique(ops.convert_to_numpy(model(np.ones((64, 3), "float32"), training=True)))) == {0.0, 2.0}


def test_getting_a_layer() -> None:
    model = _branches()
    assert model.get_layer(index=-1).name == "sum"
    with pytest.raises(UnknownNameError, match=r"no layer 'lef'.*Did you mean 'left'"):
        model.get_layer("lef")
    with pytest.raises(ArgumentError, match="has 4 layers, there is no 9"):
        model.get_layer(index=9)
    with pytest.raises(ArgumentError, match="a name or an index"):
        model.get_layer()


def test_weights_are_set_all_or_none() -> None:
    model = _branches()
    before = model.get_weights()
    with pytest.raises(ShapeError, match=r"'right/bias' has shape \(2,\), got \(3,\)"):
        model.set_weights([*(w + 1 for w in before[:3]), np.zeros(3)])
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(ArgumentError, match="has 4 weights, got 1 values"):
        model.set_weights(before[:1])


# ---- errors -------------------------------------------------------------------------------------------------------


def test_a_disconnected_graph_names_the_input() -> None:
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    total = layers.Add(name="total")([a, b])
    with pytest.raises(ArgumentError, match=r"disconnected: .*'total'.* needs.*'b'.*inputs \['a'\]"):
        pk.Model(a, total)


def test_an_output_that_does_not_depend_on_the_inputs() -> None:
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    with pytest.raises(ArgumentError, match="disconnected"):
        pk.Model(a, layers.Dense(1)(b))


def test_two_layers_of_one_name() -> None:
    a = pk.Input((3,), name="a")
    x = layers.Dense(2, name="same")(a)
    with pytest.raises(ArgumentError, match="layer names must be unique, 'same'"):
        pk.Model(a, layers.Dense(2, name="same")(x))


def test_arrays_in_place_of_symbolic_tensors() -> None:
    a = pk.Input((3,))
    with pytest.raises(ArgumentError, match=r"must be symbolic tensors.* got ndarray"):
        pk.Model(X, layers.Dense(1)(a))
    with pytest.raises(ArgumentError, match="both inputs and outputs"):
        pk.Model(inputs=a)


def test_an_input_twice() -> None:
    a = pk.Input((3,), name="a")
    with pytest.raises(ArgumentError, match="'a' is given twice"):
        pk.Model([a, a], layers.Add()([a, a]))


@pytest.mark.parametrize("x", [[X], [X, X, X], X], ids=["one", "three", "array"])
def test_the_wrong_number_of_inputs(x: Any) -> None:
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    model = pk.Model([a, b], layers.Add()([a, b]), name="two")
    with pytest.raises(ArgumentError, match=r"Model 'two' has 2 input\(s\) \['a', 'b'\], got [13]"):
        model.predict(x)


def test_a_missing_name_in_a_dictionary_of_inputs() -> None:
    a, b = pk.Input((3,), name="a"), pk.Input((3,), name="b")
    model = pk.Model([a, b], layers.Add()([a, b]))
    with pytest.raises(ArgumentError, match=r"the input\(s\) \['b'\] are missing; got \['a', 'c'\]"):
        model.predict({"a": X, "c": X})
    by_key = pk.Model({"first": a, "second": b}, layers.Add()([a, b]))
    with pytest.raises(ArgumentError, match=r"the input\(s\) \['second'\] are missing; got \['first', 'third'\]"):
        by_key.predict({"first": X, "third": X})
    np.testing.assert_allclose(by_key.predict({"second": X, "first": X, "more": X}), 2 * X)


def test_outputs_of_one_layer_have_names_of_their_own() -> None:
    a, b = pk.Input((3,)), pk.Input((3,))
    shared = layers.Dense(1, name="head")
    assert pk.Model([a, b], [shared(a), shared(b)]).output_names == ["head", "head_1"]


def test_the_wrong_shape_into_a_call() -> None:
    with pytest.raises(ShapeError, match=r"Model 'branches': the input 'a' expects shape \(None, 3\), got \(4, 5\)"):
        _branches()(np.zeros((4, 5), "float32"))


def test_symbolic_tensors_have_no_value() -> None:
    a = pk.Input((3,))
    for look in (bool, float, np.asarray):
        with pytest.raises(TraceError, match="has no value"):
            look(a)


def test_a_layer_that_does_not_fit_says_on_what() -> None:
    a = pk.Input((5, 3))
    with pytest.raises(ShapeError, match=r"Layer 'conv' expects an input of rank 4, got shape \(None, 5, 3\)"):
        layers.Conv2D(2, 3, name="conv")(a)

"""Stacks of layers."""

from __future__ import annotations

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def test_with_an_input_it_is_built_at_once() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2), layers.Dense(1)])
    assert model.built
    assert model.input_shape == (None, 3)
    assert model.output_shape == (None, 1)
    assert [v.shape for v in model.weights] == [(3, 2), (2,), (2, 1), (1,)]
    assert len(model.layers) == 2


def test_input_shape_of_the_first_layer_is_an_input() -> None:
    model = pk.Sequential([layers.Dense(2, input_shape=(3,)), layers.Dense(1)])
    assert model.built
    assert model.input_shape == (None, 3)


def test_without_an_input_it_is_built_by_the_first_call() -> None:
    model = pk.Sequential([layers.Dense(2), layers.Dense(1)])
    assert not model.built
    assert model.weights == []
    model(X)
    assert [v.shape for v in model.weights] == [(3, 2), (2,), (2, 1), (1,)]


@pytest.mark.parametrize("method", ["fit", "predict", "evaluate", "build"])
def test_or_by_whatever_shows_it_the_shape(method: str) -> None:
    model = pk.Sequential([layers.Dense(2), layers.Dense(1)])
    model.compile("sgd", "mse")
    {
        "fit": lambda: model.fit(X, X[:, :1], verbose=0),
        "evaluate": lambda: model.evaluate(X, X[:, :1], verbose=0),
        "predict": lambda: model.predict(X),
        "build": lambda: model.build((None, 3)),
    }[method]()
    assert len(model.weights) == 4
    assert model.predict(X[:2]).shape == (2, 1)  # the size of the batch is free


def test_layers_of_a_layer_list_are_tracked_when_they_are_built_late() -> None:
    inner = pk.Sequential([layers.Dense(2)])
    model = pk.Sequential([inner, layers.Dense(1)])
    model.build((None, 3))
    assert len(model.weights) == 4
    assert inner.built


def test_adding_and_taking_away() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2, name="first")])
    model.add(layers.Dense(5, name="second"))
    assert model.output_shape == (None, 5)
    assert model.pop().name == "second"
    assert model.output_shape == (None, 2)
    kernel = model.get_layer("first").get_weights()[0]
    model.add(layers.Dense(1))
    np.testing.assert_array_equal(model.get_layer("first").get_weights()[0], kernel)
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    assert pk.Sequential().pop() is None


def test_a_layer_is_called_once_however_the_stack_grows() -> None:
    model = pk.Sequential([pk.Input((3,))])
    for units in (4, 3, 2):
        model.add(layers.Dense(units))
    assert [len(layer._inbound_nodes) for layer in model.layers] == [1, 1, 1]
    features = pk.Model(model.inputs, model.layers[1].output)
    assert features.predict(X).shape == (4, 3)
    model.pop()
    assert model.outputs[0] is model.layers[1].output


def test_layers_changed_between_fits() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(2), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    model.pop()
    model.compile("sgd", "mse")
    model.fit(X, X[:, :2], verbose=0)
    assert model.predict(X).shape == (4, 2)


def test_models_as_layers() -> None:
    model = pk.Sequential([pk.Input((3,)), pk.Sequential([layers.Dense(2), layers.Dropout(0.5)]), layers.Dense(1)])
    assert model.predict(X).shape == (4, 1)
    assert len(model.trainable_weights) == 4


def test_integer_inputs_of_embeddings() -> None:
    model = pk.Sequential([pk.Input((2,), dtype="int32"), layers.Embedding(5, 3), layers.Flatten(), layers.Dense(1)])
    assert model.predict(np.array([[0, 4]])).shape == (1, 1)


@pytest.mark.parametrize("late", [False, True])
def test_it_can_be_made_again_from_its_configuration(late: bool) -> None:
    stack = [layers.Dense(2, activation="tanh", name="a"), layers.Dropout(0.1, name="b"), layers.Dense(1, name="c")]
    model = pk.Sequential(stack if late else [pk.Input((3,)), *stack], name="net")
    again = pk.Sequential.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    model(X)
    again(X)
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


# ---- errors -------------------------------------------------------------------------------------------------------


def test_an_input_comes_first_and_once() -> None:
    with pytest.raises(ArgumentError, match="Input can only come first"):
        pk.Sequential([layers.Dense(1), pk.Input((3,))])
    with pytest.raises(ArgumentError, match="and only once"):
        pk.Sequential([pk.Input((3,)), pk.Input((3,))])


def test_only_layers_can_be_added() -> None:
    with pytest.raises(ArgumentError, match="wrap it in a layer"):
        pk.Sequential([np.tanh])
    with pytest.raises(ArgumentError, match="only layers can be added, got 3"):
        pk.Sequential([3])


def test_names_are_unique() -> None:
    with pytest.raises(ArgumentError, match="there is a 'same' already"):
        pk.Sequential([layers.Dense(1, name="same"), layers.Dense(1, name="same")])


def test_a_layer_of_several_inputs_does_not_fit() -> None:
    with pytest.raises((ArgumentError, ShapeError), match="'sum'"):
        pk.Sequential([pk.Input((3,)), layers.Add(name="sum")])


def test_layers_that_do_not_fit_each_other() -> None:
    with pytest.raises(ShapeError, match=r"Layer 'conv' expects an input of rank 4, got shape \(None, 2\)"):
        pk.Sequential([pk.Input((3,)), layers.Dense(2), layers.Conv2D(2, 3, name="conv")])


def test_an_empty_stack() -> None:
    model = pk.Sequential(name="empty")
    with pytest.raises(ArgumentError, match="'empty' has no layers"):
        model.build((None, 3))
    with pytest.raises(ArgumentError, match="'empty' has no layers"):
        model(X)
    with pytest.raises(ArgumentError, match="build needs an input shape"):
        pk.Sequential([layers.Dense(1)]).build()

"""`clone_model`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, models, ops
from polykeras.errors import ArgumentError

X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


def _functional() -> pk.Model:
    x = pk.Input((4,), name="x")
    shared = layers.Dense(4, name="shared")
    inner = pk.Sequential([pk.Input((4,)), layers.Dense(2, name="deep")], name="inner")
    return pk.Model(x, inner(shared(ops.tanh(shared(x)))), name="m")


@pytest.mark.parametrize("recursive", [False, True])
def test_a_clone_has_weights_of_its_own_and_the_same_graph(recursive: bool) -> None:
    model = _functional()
    clone = models.clone_model(model, recursive=recursive)
    assert [layer.name for layer in clone.layers] == [layer.name for layer in model.layers]
    assert len(clone.weights) == len(model.weights) == 4  # the shared layer is one layer still
    assert not {id(v) for v in clone.weights} & {id(v) for v in model.weights}
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone.predict(X, verbose=0), model.predict(X, verbose=0))


def test_the_input_may_be_another() -> None:
    clone = models.clone_model(_functional(), input_tensors=pk.Input((4,), batch_size=3, name="other"))
    assert clone.input_shape == (3, 4) and clone.inputs[0].name == "other"
    with pytest.raises(ArgumentError, match=r"has 1 input\(s\), got 2"):
        models.clone_model(_functional(), input_tensors=[pk.Input((4,)), pk.Input((4,))])


def test_sequential_built_or_not() -> None:
    built = models.clone_model(pk.Sequential([pk.Input((4,)), layers.Dense(2)], name="s"))
    assert built.name == "s" and built.built and built.input_shape == (None, 4)
    assert not models.clone_model(pk.Sequential([layers.Dense(2)])).built


def test_layers_can_be_exchanged_and_called_otherwise() -> None:
    def wider(layer: Any) -> Any:
        if isinstance(layer, layers.Dense):
            return layers.Dense(layer.units, activation="relu", name=layer.name)
        return layer.__class__.from_config(layer.get_config())

    clone = models.clone_model(_functional(), clone_function=wider, recursive=True)
    assert {layer.activation.__name__ for layer in (clone.get_layer("shared"), clone.get_layer("inner").layers[0])} == {
        "relu"
    }

    called = []

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        called.append(layer.name)
        return layer(*args, **kwargs)

    models.clone_model(_functional(), call_function=call)
    assert called == ["shared", "shared", "inner"]


def test_subclasses_are_made_from_their_configuration() -> None:
    class Own(pk.Model):
        def __init__(self, units: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.units, self.dense = units, layers.Dense(units)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": self.units}

    clone = models.clone_model(Own(3))
    assert isinstance(clone, Own) and clone.units == 3
    with pytest.raises(ArgumentError, match="clone_function cannot be heeded"):
        models.clone_model(Own(3), clone_function=lambda layer: layer)


def test_only_models_are_cloned() -> None:
    with pytest.raises(ArgumentError, match="needs a model, got Dense"):
        models.clone_model(layers.Dense(2))  # type: ignore[arg-type]

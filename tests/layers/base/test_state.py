"""Order, paths and dtypes of a layer's variables."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras import layers, metrics, ops
from polykeras.variable import Variable

X = np.ones((2, 3), "float32")


class Mixed(layers.Layer):
    """Makes what is trained after what is not."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.attribute = Variable(np.ones(1), name="attribute")

    def build(self, input_shape: Any) -> None:
        """Make variables, and a layer inside."""
        self.fixed = self.add_weight((1,), "zeros", trainable=False, name="fixed")
        self.trained = self.add_weight((1,), "zeros", name="trained")
        self.inner = layers.Dense(2, name="inner")
        self.inner.build(input_shape)

    def call(self, inputs: Any, scale: Any = None) -> Any:
        """The inputs, scaled."""
        self.seen = ops.dtype(scale) if scale is not None else None
        return self.inner(inputs) * self.trained


def test_weights_are_in_the_order_in_which_they_were_made_to_be_trained() -> None:
    layer = Mixed(name="m")
    layer(X)
    names = ["trained", "attribute", "fixed", "kernel", "bias"]
    assert [v.name for v in layer.weights] == names
    layer.trained.trainable = False  # freezing one moves none
    assert [v.name for v in layer.weights] == names
    assert [v.name for v in layer.trainable_weights] == ["attribute", "kernel", "bias"]


def test_paths() -> None:
    layer = Mixed(name="m")
    assert layer.path == "m"
    layer(X)
    assert layer.inner.path == "m/inner"
    assert [v.path for v in layer.inner.weights] == ["m/inner/kernel", "m/inner/bias"]


def test_named_arguments_are_converted_like_the_first() -> None:
    layer = Mixed(dtype="mixed_float16")
    layer(X, scale=np.ones(2, "float64"))
    assert layer.seen == "float16"
    layer(X, np.ones(2, "float64"))
    assert layer.seen == "float16"


def test_symbolic_tensors_beside_values() -> None:
    class Sum(layers.Layer):
        def call(self, inputs: Any, other: Any) -> Any:
            return ops.add(inputs, other)

    y = layers.Input((3,))
    assert Sum()(X[0], y).shape == (None, 3)
    assert Sum(dtype="mixed_float16")(X[0], other=y).dtype == "float16"


def test_metrics_of_layers_inside() -> None:
    layer = Mixed()
    layer.mean = metrics.Mean()
    layer(X)
    outer = Mixed()
    outer.other = layer
    assert outer.metrics == layer.metrics == [layer.mean]
    assert outer.metrics_variables == layer.mean.variables
    assert not {id(v) for v in layer.variables} & {id(v) for v in layer.mean.variables}

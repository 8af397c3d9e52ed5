"""What a layer refuses, and says then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from polykeras import layers, models, ops
from polykeras.errors import ArgumentError, DtypeError, ShapeError, TraceError, UninitializedError

X = np.ones((2, 3), "float32")


class Scale(layers.Layer):
    """One weight for each feature."""

    def build(self, input_shape: Any) -> None:
        """Make the weight."""
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, inputs: Any) -> Any:
        """The product."""
        return ops.multiply(inputs, self.scale)


def built() -> Any:
    """A layer that is built."""
    layer = Scale(name="s")
    layer(X)
    return layer


class NoSuper(layers.Layer):
    """Forgets its base class."""

    def __init__(self) -> None:
        self.units = 3

    def call(self, inputs: Any) -> Any:
        """The same."""
        return inputs


@pytest.mark.parametrize(
    "use", [lambda layer: layer(X), lambda layer: layer.add_weight((2,), "zeros"), lambda layer: layer.get_config()]
)
def test_super_init_was_not_called(use: Callable[[Any], Any]) -> None:
    with pytest.raises(UninitializedError, match=r"NoSuper was used before .* call super\(\).__init__\(\) first"):
        use(NoSuper())


def test_state_after_building() -> None:
    layer = built()
    with pytest.raises(ArgumentError, match="'s' is built, it takes no further variable 'late'"):
        layer.add_weight((2,), "zeros", name="late")
    with pytest.raises(ArgumentError, match="'s' is built, 'inner' comes too late"):
        layer.inner = layers.Dense(2)
    assert not hasattr(layer, "inner")
    layer.again = layer.scale  # a second name for what it has
    layer.number = 3
    model = models.Sequential([layers.Dense(2)])
    model(X)
    model.more = layers.Dense(2)  # models may be extended


def test_weights_before_building() -> None:
    with pytest.raises(ArgumentError, match=r"'s' has 0 weights, got 1 values. It is not built yet"):
        Scale(name="s").set_weights([np.ones(3)])
    with pytest.raises(ArgumentError, match=r"'s' has 0 weights, got 1 values. It is not built yet"):
        Scale(name="s").load_own_variables({"0": np.ones(3)})


def test_loading_checks_all_before_it_changes_one() -> None:
    layer = layers.Dense(2, name="d")
    layer.build((None, 3))
    before = layer.get_weights()
    with pytest.raises(ShapeError, match=r"'d/bias' has shape \(2,\), got \(3,\)"):
        layer.load_own_variables({"0": before[0] + 1, "1": np.ones(3)})
    np.testing.assert_array_equal(layer.get_weights()[0], before[0])
    store: dict[str, Any] = {}
    layer.save_own_variables(store)
    assert {name: array.shape for name, array in store.items()} == {"0": (3, 2), "1": (2,)}


def test_stateless_call() -> None:
    with pytest.raises(ArgumentError, match="'s' is not built yet, it has no variables to give values to"):
        Scale(name="s").stateless_call([], [], X)
    with pytest.raises(ArgumentError, match=r"a value for each of its 1 trainable_variables \['s/scale'\], got 2"):
        built().stateless_call([X[0], X[0]], [], X)
    with pytest.raises(ArgumentError, match=r"its 0 non_trainable_variables \[\], got 1"):
        built().stateless_call([X[0]], [X[0]], X)


@pytest.mark.parametrize(
    ("loss", "message"), [(X, r"got shape \(2, 3\)"), (3.0, "got 3.0"), ([X[0, 0], "x"], "got 'x'")]
)
def test_losses_that_are_no_scalar_tensors(loss: Any, message: str) -> None:
    layer = Scale(name="s")
    with pytest.raises(ArgumentError, match=f"'s': add_loss takes scalar tensors, .*{message}"):
        layer.add_loss(loss)
    assert layer.losses == []


def test_add_metric() -> None:
    with pytest.raises(ArgumentError, match=r"there is no add_metric\. Make the metric in __init__"):
        Scale().add_metric("acc")


@pytest.mark.parametrize(
    ("spec", "inputs", "error", "message"),
    [
        ({"ndim": 3}, X, ShapeError, r"'l' expects an input of rank 3, got shape \(2, 3\)"),
        ({"max_ndim": 1}, X, ShapeError, "rank at most 1"),
        ({"axes": {-1: 4}}, X, ShapeError, "size 4 along axis -1"),
        ({"shape": (None, 4)}, X, ShapeError, r"shape \(None, 4\)"),
        ({"dtype": "int32"}, X, DtypeError, "expects an input of dtype int32, got float32"),
        ({"ndim": 2}, [X, X], ArgumentError, r"expects 1 input\(s\), got 2"),
        ({"ndim": 2}, "text", ArgumentError, "takes tensors, got 'text' of type str"),
        ([{"name": "a"}, {"name": "b"}], {"a": X, "c": X}, ArgumentError, r"no input \['b'\] among \['a', 'c'\]"),
    ],
)
def test_inputs_that_do_not_fit_the_spec(spec: Any, inputs: Any, error: type[Exception], message: str) -> None:
    layer = layers.Identity(name="l")
    layer.input_spec = [layers.InputSpec(**s) for s in spec] if isinstance(spec, list) else layers.InputSpec(**spec)
    with pytest.raises(error, match=message):
        layer(inputs)


def test_inputs_that_fit_the_spec() -> None:
    layer = layers.Identity()
    layer.input_spec = layers.InputSpec(shape=(None, 3, 1), allow_last_axis_squeeze=True)
    assert layer(X).shape == (2, 3)
    assert layer(X[..., None]).shape == (2, 3, 1)
    layer.input_spec = [layers.InputSpec(ndim=2), layers.InputSpec(ndim=3, optional=True)]
    assert len(layer([X, None])) == 2
    layer.input_spec = [layers.InputSpec(ndim=2, name="a"), layers.InputSpec(ndim=1, name="b")]
    assert sorted(layer({"b": X[0], "a": X})) == ["a", "b"]
    twin = layers.InputSpec.from_config(layers.InputSpec("float32", ndim=2, axes={1: 3}).get_config())
    assert repr(twin) == "<InputSpec rank 2, size 3 along axis 1, dtype float32>"


def test_a_call_that_needs_values_is_described_by_its_own_compute_output_shape() -> None:
    class Values(layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs[:, :2] * float(ops.convert_to_numpy(inputs).max())

    class Described(Values):
        def compute_output_shape(self, input_shape: Any) -> Any:
            return (input_shape[0], 2)

    with pytest.raises(TraceError):
        Values()(layers.Input((3,)))
    assert Described()(layers.Input((3,))).shape == (None, 2)
    assert Described().symbolic_call(layers.Input((3,))).shape == (None, 2)


def test_calls_that_lack_something() -> None:
    with pytest.raises(ArgumentError, match="'s' was called without its first argument, 'inputs'"):
        Scale(name="s")()
    with pytest.raises(
        ArgumentError, match=r"'d' is not built yet, it has no weights: build it, or call layer\(inputs\)"
    ):
        layers.Dense(2, name="d").call(X)
    with pytest.raises(ArgumentError, match="Dense: trainable must be True or False, got 'yes'"):
        layers.Dense(2, trainable="yes")
    with pytest.raises(ArgumentError, match=r"Dense: unknown argument\(s\) colour"):
        layers.Dense(2, colour="red")
    with pytest.raises(ArgumentError, match="'d' takes tensors, got <Dense"):
        layers.Dense(2, name="d")(layers.Dense(2))
    with pytest.raises(DtypeError, match="'d': Unknown dtype"):
        layers.Dense(2, name="d")(np.array([["a"]]))

"""`Input` and `InputLayer`."""

import pytest

from polykeras import layers
from polykeras.errors import ArgumentError
from polykeras.graph import KerasTensor


def test_shape_dtype_and_name():
    x = layers.Input((3, None), batch_size=2, dtype="int32", name="ids")
    assert (x.shape, x.dtype, x.name) == ((2, 3, None), "int32", "ids")
    assert layers.Input(()).shape == (None,)
    assert layers.Input(batch_shape=(None, 4)).shape == (None, 4)
    assert layers.Input([5]).dtype == "float32"


def test_the_layer_is_the_operation_of_the_tensor():
    x = layers.Input((3,), name="features")
    layer = x.node.operation
    assert isinstance(layer, layers.InputLayer)
    assert layer.output is x
    assert layer.name == "features"
    assert layer.weights == []


def test_names_are_made_where_none_is_given():
    assert layers.Input((3,)).name != layers.Input((3,)).name


def test_a_symbolic_tensor_can_become_an_input():
    tensor = KerasTensor((None, 3), "int32")
    x = layers.Input(tensor=tensor, name="given")
    assert x is tensor
    assert x.node.operation.get_config()["batch_shape"] == (None, 3)
    with pytest.raises(ArgumentError, match=r"float32.*int32"):
        layers.Input(tensor=KerasTensor((None, 3), "int32"), dtype="float32")


def test_config_round_trip():
    layer = layers.InputLayer((3,), dtype="int32", name="ids", optional=True)
    twin = layers.InputLayer.from_config(layer.get_config())
    assert twin.get_config() == layer.get_config()
    assert (twin.output.shape, twin.output.dtype, twin.output.name) == ((None, 3), "int32", "ids")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shape": 3}, r"For vectors of n numbers, write \(n,\)"),
        ({"shape": (3, -1)}, "none negative"),
        ({"shape": (3.5,)}, "tuple of sizes"),
        ({}, "either shape or batch_shape"),
        ({"shape": (3,), "batch_shape": (2, 3)}, "either shape or batch_shape"),
        ({"batch_shape": (2, 3), "batch_size": 2}, "leave out batch_size"),
        ({"shape": (3,), "sparse": True}, "sparse tensors are not supported"),
        ({"shape": (3,), "ragged": True}, "ragged tensors are not supported"),
        ({"tensor": 3}, "symbolic tensor, got int"),
    ],
)
def test_bad_arguments(options, message):
    with pytest.raises(ArgumentError, match=message):
        layers.Input(**options)

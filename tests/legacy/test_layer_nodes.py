"""The nodes of layers of today: what each call connects, and which attribute is whose where there are several."""

import copy
import gc
import pickle

import numpy as np
import pytest

from polykeras import Input, Model, backend_scope, layers
from polykeras import backend as K
from polykeras.errors import ArgumentError


@pytest.fixture(autouse=True)
def on_numpy():
    with backend_scope("numpy"):
        yield


def test_each_call_is_a_node():
    a, b = Input((3,)), Input((3,))
    shared = layers.Dense(2)
    one, two = shared(a), shared(b)
    joined = layers.Concatenate()([one, two])
    assert [node.input_tensors[0] is x for node, x in zip(shared.inbound_nodes, (a, b), strict=True)] == [True, True]
    assert (shared.get_input_at(0), shared.get_input_at(1)) == (a, b)
    assert (shared.get_output_at(0), shared.get_output_at(1), shared.get_output_at(-1)) == (one, two, two)
    assert shared.get_input_shape_at(0) == (None, 3) and shared.get_output_shape_at(1) == (None, 2)
    (node,) = joined.node.operation.inbound_nodes
    assert node.inbound_layers == [shared, shared]
    assert (node.node_indices, node.tensor_indices) == ([0, 1], [0, 0])
    assert node.input_shapes == [(None, 2), (None, 2)] and node.output_shapes == [(None, 4)]
    assert [n.outbound_layer for n in shared.outbound_nodes] == [joined.node.operation] * 2
    assert node.get_config()["inbound_layers"] == [shared.name, shared.name]


def test_nodes_with_one_answer():
    x = Input((5, 3))
    layer = layers.Dense(2)
    with pytest.raises(AttributeError, match="not called on a symbolic tensor yet, so its output_shape is not known"):
        _ = layer.output_shape
    with pytest.raises(ArgumentError, match="not called on a symbolic tensor yet"):
        layer.get_output_at(0)
    y = layer(x)
    assert layer.input is x and layer.output is y
    assert layer.input_shape == (None, 5, 3) and layer.output_shape == (None, 5, 2)
    layer(Input((5, 3)))
    assert layer.output_shape == (None, 5, 2)  # they agree
    layer(Input((7, 3)))
    with pytest.raises(AttributeError, match=r"was called 3 times .* which output_shape .* get_output_shape_at\(node"):
        _ = layer.output_shape
    assert layer.get_output_shape_at(2) == (None, 7, 2)
    with pytest.raises(ArgumentError, match="was called 3 times, there is no node 3"):
        layer.get_input_at(3)


def test_several_inputs_are_a_list():
    a, b = Input((3,)), Input((3,))
    layer = layers.Add()
    layer([a, b])
    assert layer.get_input_at(0) == [a, b] and layer.input_shape == [(None, 3), (None, 3)]
    assert layer.output_shape == (None, 3)


def test_masks_of_nodes():
    x = Input((4,), dtype="int32")
    embedding, recurrent, dense = layers.Embedding(9, 2, mask_zero=True), layers.LSTM(3), layers.Dense(1)
    y = dense(recurrent(embedding(x)))
    given = np.array([[3, 0, 1, 0]])
    mask = K.function([x], [embedding.get_output_mask_at(0)])([given])[0]
    np.testing.assert_array_equal(mask, given != 0)
    assert embedding.input_mask is None and recurrent.input_mask.shape == (None, 4)
    assert recurrent.output_mask is None and dense.get_output_mask_at(0) is None
    assert y.node.operation is dense


def test_a_layer_may_have_attributes_of_these_names():
    class Named(layers.Layer):
        def __init__(self):
            super().__init__()
            self.input_shape = self.output_shape = (3,)

        def call(self, inputs):
            return inputs

    layer = Named()
    layer(Input((2,)))
    assert layer.output_shape == (3,) and layer.get_output_shape_at(0) == (None, 2)


def test_what_is_built_on_a_layer_is_not_kept_by_it():
    base = layers.Dense(2)
    below = base(Input((3,)))
    for _ in range(3):
        layers.Dense(1)(below)
    gc.collect()
    assert base.outbound_nodes == []
    head = layers.Dense(1)
    head(below)
    assert [node.outbound_layer for node in base.outbound_nodes] == [head]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_are_connected_among_themselves(again):
    x = Input((3,))
    model = Model(x, layers.Dense(1, name="b")(layers.Dense(2, name="a")(x)))
    twin = again(model)
    a, b = twin.get_layer("a"), twin.get_layer("b")
    assert [node.outbound_layer for node in a.outbound_nodes] == [b]
    assert b.inbound_nodes[0].inbound_layers == [a]


def test_a_model_s_input_and_output_are_those_it_was_made_from():
    x, z = Input((3,)), Input((2,))
    y = layers.Concatenate()([x, z])
    model = Model([x, z], y)
    assert model.input == [x, z] and model.output is y
    model([Input((3,)), Input((2,))])
    assert model.input == [x, z]

"""The paths of a model's objects in files of weights are those that Keras 3.15 writes."""

import numpy as np

import polykeras
from polykeras import layers
from polykeras.saving.walk import places


class Several(polykeras.Model):
    def __init__(self):
        super().__init__()
        self.zed = layers.Dense(2)
        self._hidden = layers.Dense(3)
        self.a_list = [layers.Dense(2), layers.Dense(2), [layers.Dense(2)], {"a": layers.BatchNormalization()}]
        self.again = self.a_list[0]
        self.d = {"q": layers.Dense(2)}
        self.nest = polykeras.Sequential([layers.Dense(2), layers.Dense(2)])
        self.counter = polykeras.metrics.Mean()

    @property
    def broken(self):
        raise RuntimeError("has no value yet")

    def call(self, x):
        return x


def test_attributes_come_by_the_alphabet_and_members_of_lists_by_their_classes():
    model = Several()
    assert {path: obj for path, obj in places(model) if isinstance(obj, layers.Layer)} == {
        "": model,
        "a_list/dense": model.again,
        "a_list/dense_1": model.a_list[1],
        "a_list/container/dense": model.a_list[2][0],
        "a_list/container_1/batch_normalization": model.a_list[3]["a"],
        "d/dense": model.d["q"],
        "layers/dense": model.zed,  # the list of all layers comes before "zed", and before private names
        "layers/dense_1": model._hidden,
        "layers/sequential": model.nest,
        "layers/sequential/layers/dense": model.nest.layers[0],
        "layers/sequential/layers/dense_1": model.nest.layers[1],
    }


def test_layers_of_a_graph_come_first_whatever_attributes_they_have():
    class Named(polykeras.Model):
        def __init__(self):
            x = layers.Input((3,))
            self_made = layers.Dense(2)
            super().__init__(x, self_made(x))
            self.a_name = self_made

    assert [path for path, _ in places(Named())] == ["", "layers/input_layer", "layers/dense"]


def test_layers_inside_layers_and_the_optimizer():
    model = polykeras.Sequential([layers.Input((4, 3)), layers.Bidirectional(layers.GRU(2)), layers.Dense(1)])
    model.compile(polykeras.optimizers.LossScaleOptimizer(polykeras.optimizers.Adam()), "mse")
    assert sorted(path for path, _ in places(model)) == [
        "",
        "layers/bidirectional",
        "layers/bidirectional/backward_layer",
        "layers/bidirectional/backward_layer/cell",
        "layers/bidirectional/forward_layer",
        "layers/bidirectional/forward_layer/cell",
        "layers/dense",
        "optimizer",
        "optimizer/inner_optimizer",
    ]


def test_objects_to_skip_are_left_out_with_what_is_in_them():
    model = polykeras.Sequential([layers.Input((4, 3)), layers.LSTM(2), layers.Dense(1)])
    assert [path for path, _ in places(model, [model.layers[0]])] == ["", "layers/dense"]


def test_a_container_that_holds_itself_ends():
    model = Several()
    model.loop = [layers.Dense(1)]
    model.loop.append(model.loop)
    assert sum(isinstance(obj, layers.Dense) for _, obj in places(model)) == 9
    assert np.all([path.count("container") < 2 for path, _ in places(model)])


def test_the_class_name_of_a_layer_that_has_another_inside_keras():
    x = layers.Input((4, 6))
    model = polykeras.Model(x, layers.GroupQueryAttention(3, 4, 2)(x, x))
    assert "layers/grouped_query_attention/_query_dense" in [path for path, _ in places(model)]

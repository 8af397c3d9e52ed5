"""The base class: what a subclass gets."""

import gc

import numpy as np
import pytest

from polykeras import layers, masking, ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.base.losses import lossy

X = np.ones((2, 3), "float32")


class Scale(layers.Layer):
    """One weight for each feature."""

    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, inputs):
        return ops.multiply(inputs, self.scale)


class Outer(layers.Layer):
    """Layers as attributes, in lists and in dictionaries; builds one of them itself."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = layers.Dense(4, name="first")
        self.stack = [Scale(name="a"), Scale(name="b")]
        self.table = {"last": layers.Dense(1, name="last")}

    def build(self, input_shape):
        self.first.build(input_shape)
        self.bias = self.add_weight((4,), "zeros", name="bias", trainable=False)

    def call(self, inputs):
        x = self.first(inputs) + self.bias
        for layer in self.stack:
            x = layer(x)
        return self.table["last"](x)


def test_weights_of_layers_inside():
    layer = Outer(name="outer")
    layer(X)
    assert [v.path for v in layer.weights] == [
        "outer/bias", "outer/first/kernel", "outer/first/bias", "a/scale", "b/scale", "last/kernel", "last/bias",
    ]  # fmt: skip
    assert [v.path for v in layer.non_trainable_weights] == ["outer/bias"]
    assert layer.count_params() == 4 + 12 + 4 + 4 + 4 + 4 + 1


def test_private_attributes_count_too():
    class Private(layers.Layer):
        def __init__(self):
            super().__init__()
            self._dense = layers.Dense(2)
            self._dropout = [layers.Dropout(0.5)]

        def call(self, inputs):
            return self._dropout[0](self._dense(inputs))

    layer = Private()
    layer(X)
    assert [v.name for v in layer.variables] == ["kernel", "bias", "seed_generator_state"]


def test_building_from_outside_is_complete_and_happens_once():
    layer = Scale(name="s")
    layer.build((None, 3))
    assert layer.built
    assert layer.scale.path == "s/scale"
    layer(X)
    assert len(layer.weights) == 1


def test_trainable_is_inherited_by_layers_inside():
    layer = Outer()
    layer(X)
    layer.trainable = False
    assert layer.trainable_weights == []
    assert not layer.stack[0].trainable
    layer.trainable = True
    layer.first.trainable = False
    assert [v.path for v in layer.trainable_weights] == ["a/scale", "b/scale", "last/kernel", "last/bias"]


def test_set_weights_checks_all_before_it_changes_one():
    layer = layers.Dense(2, name="d")
    layer.build((None, 3))
    before = layer.get_weights()
    with pytest.raises(ArgumentError, match="'d' has 2 weights, got 1"):
        layer.set_weights(before[:1])
    with pytest.raises(ShapeError, match=r"'d/bias' has shape \(2,\), got \(3,\)"):
        layer.set_weights([before[0] + 1, np.zeros(3)])
    np.testing.assert_array_equal(layer.kernel.numpy(), before[0])


def test_get_weights_returns_copies():
    layer = Scale()
    layer(X)
    layer.get_weights()[0][:] = 5
    assert layer.scale.numpy().tolist() == [1, 1, 1]


def test_count_params_of_an_unbuilt_layer():
    with pytest.raises(ArgumentError, match="'s' has no weights yet"):
        Scale(name="s").count_params()


def test_a_layer_without_call():
    with pytest.raises(ArgumentError, match="Nothing defines no call"):
        type("Nothing", (layers.Layer,), {})()(X)


def test_losses_of_the_last_call_only():
    class Penal(layers.Layer):
        def call(self, inputs, training=False):
            if training:
                self.add_loss(ops.sum(inputs))
            return inputs

    outer = layers.RNN(layers.SimpleRNNCell(2))  # any layer that holds others
    outer.inside = inside = Penal()
    inside(X, training=True)
    inside(X, training=True)
    assert [float(v) for v in inside.losses] == [6]
    assert [float(v) for v in outer.losses] == [6]
    inside(X)
    assert inside.losses == []


def test_losses_of_inner_layers_do_not_pile_up():
    class Wrapper(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2, activity_regularizer="l2")

        def call(self, inputs):
            return self.dense(inputs)

    layer = Wrapper()
    for _ in range(3):
        layer(X)
    assert len(layer.losses) == 1
    layer(layers.Input((3,)))
    assert len(layer.losses) == 1  # shape inference leaves no trace
    del layer
    gc.collect()
    assert not list(lossy)


def test_training_reaches_layers_inside_and_is_forgotten():
    seen = []

    class Spy(layers.Layer):
        def call(self, inputs, training=False):
            seen.append(training)
            return inputs

    class Wrapper(layers.Layer):
        def __init__(self):
            super().__init__()
            self.spy = Spy()

        def call(self, inputs):
            return self.spy(inputs)

    wrapper = Wrapper()
    wrapper(X, training=True)
    wrapper(X)
    wrapper(X, training=None)
    wrapper.spy(X, training=True)
    assert seen == [True, False, False, True]
    wrapper(layers.Input((3,)), training=True)


def test_a_layer_can_start_a_mask():
    class Positive(layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, inputs):
            return ops.multiply(inputs, 1)

        def compute_mask(self, inputs, previous_mask):
            return ops.greater(inputs[..., 0], 0)

    y = Positive()(np.array([[[1.0], [-1.0]]], "float32"))
    assert masking.get_mask(y).tolist() == [[True, False]]


def test_mask_argument_is_filled_in_unless_it_is_given():
    seen = []

    class Spy(layers.Layer):
        def call(self, inputs, mask=None):
            seen.append(None if mask is None else mask.tolist())
            return inputs

    x = X.copy()
    Spy()(x)
    masking.set_mask(x, np.array([True, False]))
    Spy()(x)
    Spy()(x, mask=np.array([False, False]))
    assert seen == [None, [True, False], [False, False]]


def test_variables_are_read_in_the_compute_dtype_inside_calls_only():
    layer = Scale(dtype="mixed_bfloat16")
    assert str(ops.dtype(layer(X))) == "bfloat16"
    assert ops.dtype(layer.scale.value) == "float32"
    layer.scale.assign_add(np.full(3, 2.0**-20, "float32"))
    assert layer.scale.numpy()[0] == np.float32(1 + 2.0**-20)


def test_layers_of_single_precision_inside_one_of_half():
    class Mixed(layers.Layer):
        def __init__(self):
            super().__init__(dtype="mixed_float16")
            self.exact = layers.Dense(2, dtype="float32")

        def call(self, inputs):
            assert ops.dtype(inputs) == "float16"
            y = self.exact(inputs)
            assert ops.dtype(y) == "float32"
            return y

    Mixed()(X)


def test_autocast_can_be_switched_off():
    layer = layers.Identity(dtype="mixed_float16", autocast=False)
    assert ops.dtype(layer(X)) == "float32"


def test_stateless_call_leaves_the_layer_alone():
    layer = Scale()
    layer(X)
    y, state = layer.stateless_call([np.full(3, 2, "float32")], [], X)
    assert y.tolist() == (2 * X).tolist()
    assert state == []
    assert layer.scale.numpy().tolist() == [1, 1, 1]


def test_stateless_call_returns_losses():
    layer = layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")
    layer(X)
    *_, losses = layer.stateless_call([v.numpy() for v in layer.weights], [], X, return_losses=True)
    assert [float(v) for v in losses] == pytest.approx([0.03])


def test_wrong_weight_shape():
    class Bad(layers.Layer):
        def build(self, input_shape):
            self.add_weight((None, 3), name="w")

    with pytest.raises(ShapeError, match="'bad': the variable 'w' needs a known shape"):
        Bad(name="bad")(X)


def test_input_shape_of_an_older_spelling_is_kept():
    assert layers.Dense(2, input_shape=(3,))._declared_input_shape == (None, 3)
    assert layers.Dense(2, input_dim=3)._declared_input_shape == (None, 3)


def test_repr_names_the_layer():
    assert repr(Scale(name="s")) == "<Scale name=s, built=False>"


def test_names_follow_keras():
    names = [type(n, (layers.Layer,), {})().name.rstrip("_0123456789") for n in ("ReLU", "LSTMCell", "MyHTTPLayer")]
    assert names == ["re_lu", "lstm_cell", "my_http_layer"]

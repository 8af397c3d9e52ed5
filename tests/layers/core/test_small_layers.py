"""`Identity`, `Masking` and `Wrapper`."""

import numpy as np
import pytest

from polykeras import layers, masking, models, ops, saving
from polykeras.errors import ArgumentError

X = np.array([[[1.0, 0.0], [0.0, 0.0], [5.0, 5.0]]], "float32")


def test_identity_returns_structures_and_keeps_masks():
    x = ops.convert_to_tensor(X)
    mask = ops.convert_to_tensor(np.array([[True, False, True]]))
    masking.set_mask(x, mask)
    y = layers.Identity()({"a": x, "b": [x, x]})
    assert set(y) == {"a", "b"} and len(y["b"]) == 2
    np.testing.assert_array_equal(y["b"][1], X)
    assert masking.get_mask(y["a"]) is mask
    assert layers.Identity().compute_output_shape((None, 3)) == (None, 3)
    symbolic = layers.Identity()([layers.Input((3,)), layers.Input((2,), dtype="int32")])
    assert [(s.shape, s.dtype) for s in symbolic] == [((None, 3), "float32"), ((None, 2), "int32")]


@pytest.mark.parametrize(("value", "mask"), [(0.0, [True, False, True]), (5.0, [True, True, False])])
def test_masking(value, mask):
    y = layers.Masking(value)(X)
    np.testing.assert_array_equal(y, X * np.array(mask)[None, :, None])
    assert masking.get_mask(y).tolist() == [mask]


def test_masked_steps_do_not_reach_a_recurrent_layer():
    inputs = layers.Input((3, 2))
    model = models.Model(inputs, layers.SimpleRNN(2)(layers.Masking()(inputs)))
    np.testing.assert_allclose(model(X), model(X[:, [0, 2]].repeat(2, 1)[:, [0, 2, 2]] * [[[1], [1], [0]]]), rtol=1e-5)


@saving.register_keras_serializable("tests")
class Twice(layers.Wrapper):
    def call(self, inputs):
        return ops.multiply(self.layer(inputs), 2)


def test_a_wrapper_builds_saves_and_counts_the_layer_inside():
    layer = Twice(layers.Dense(3, kernel_initializer="ones"))
    np.testing.assert_array_equal(layer(X)[0, 2], [20, 20, 20])
    assert [v.path.rsplit("/", 1)[-1] for v in layer.weights] == ["kernel", "bias"]
    assert layer.layer.built and layer.trainable_weights == layer.layer.trainable_weights
    config = layer.get_config()
    twin = Twice.from_config(config)
    assert twin.layer.units == 3 and "layer" in config
    with pytest.raises(ArgumentError, match="Twice: layer must be a layer, got <function"):
        Twice(ops.relu)


@pytest.mark.parametrize("kind", ["sparse", "ragged"])
def test_inputs_of_kinds_that_do_not_exist_are_refused(kind):
    with pytest.raises(ArgumentError, match=f"{kind} tensors are not supported"):
        layers.Input((3,), **{kind: True})
    assert layers.Input((3,), **{kind: False}).shape == (None, 3)

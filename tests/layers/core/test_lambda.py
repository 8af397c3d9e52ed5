"""`Lambda`: functions as layers, their shapes and masks, and what is loaded of them."""

import json

import numpy as np
import pytest

from polykeras import layers, masking, models, ops, saving
from polykeras.errors import ArgumentError

X = np.arange(12, dtype="float32").reshape(3, 4)


@saving.register_keras_serializable("tests")
def scaled(x, factor=2.0):
    return ops.multiply(x, factor)


def _through_json(layer, **options):
    config = json.loads(json.dumps(saving.serialize_keras_object(layer)))
    return saving.deserialize_keras_object(config, **options)


def test_function_arguments_and_training():
    np.testing.assert_array_equal(layers.Lambda(scaled, arguments={"factor": 3.0})(X), X * 3)
    tells = layers.Lambda(lambda x, training: ops.multiply(x, 0.0 if training else 1.0))
    np.testing.assert_array_equal(tells(X, training=True), X * 0)
    np.testing.assert_array_equal(tells(X), X)
    inputs = layers.Input((4,))
    model = models.Model(inputs, layers.Lambda(lambda x: ops.sum(x, -1, keepdims=True))(inputs))
    assert model.output_shape == (None, 1)
    np.testing.assert_array_equal(model(X), X.sum(-1, keepdims=True))


def test_output_shape_is_needed_where_the_function_wants_values():
    def on_host(x):
        return np.asarray(x)[:, :2] * 1.0

    with pytest.raises(ArgumentError, match="'host': the function does not run on symbolic tensors"):
        layers.Lambda(on_host, name="host")(layers.Input((4,)))
    for given in ((2,), lambda shape: (shape[0], 2)):
        layer = layers.Lambda(on_host, output_shape=given)
        assert layer(layers.Input((4,))).shape == (None, 2)
        assert layer.compute_output_shape((5, 4)) == (5, 2)


def test_masks():
    x = ops.convert_to_tensor(X[None])
    mask = ops.convert_to_tensor(np.array([[True, False, True]]))
    masking.set_mask(x, mask)
    sees = layers.Lambda(lambda x, mask: ops.where(ops.expand_dims(mask, -1), x, -1.0), mask=lambda x, m: m)
    y = sees(x)
    np.testing.assert_array_equal(y[0, 1], [-1] * 4)
    np.testing.assert_array_equal(masking.get_mask(y), mask)
    fixed = layers.Lambda(scaled, mask=mask)
    np.testing.assert_array_equal(masking.get_mask(fixed(ops.convert_to_tensor(X[None]))), mask)


def test_a_named_function_is_saved_by_its_name():
    layer = layers.Lambda(scaled, arguments={"factor": 5.0}, output_shape=(4,))
    twin = _through_json(layer)
    assert twin.function is scaled
    np.testing.assert_array_equal(twin(X), X * 5)
    assert twin(layers.Input((4,))).shape == (None, 4)


def test_a_python_lambda_is_loaded_where_safe_mode_is_off_alone():
    factor = 4.0
    layer = layers.Lambda(lambda x, shift=1.0: x * factor + shift)
    with pytest.raises(ArgumentError, match=r"is a Python lambda.*load with safe_mode=False"):
        _through_json(layer)
    with pytest.raises(ArgumentError, match="is a Python lambda"):
        layers.Lambda.from_config(layer.get_config())
    np.testing.assert_array_equal(_through_json(layer, safe_mode=False)(X), X * 4 + 1)
    np.testing.assert_array_equal(layers.Lambda.from_config(layer.get_config(), safe_mode=False)(X), X * 4 + 1)
    inside = _through_json(layers.SpectralNormalization(layers.Dense(1)), safe_mode=False)
    assert isinstance(inside.layer, layers.Dense)
    with pytest.raises(ArgumentError, match="is a Python lambda"):  # the permission has ended with the call
        _through_json(layer)


def test_damaged_code_is_refused():
    config = layers.Lambda(lambda x: x).get_config()
    config["function"]["config"]["code"] = "AAAA"
    with pytest.raises(ArgumentError, match="the saved function cannot be read"):
        layers.Lambda.from_config(config, safe_mode=False)


def test_bad_arguments():
    with pytest.raises(ArgumentError, match="function must be a function, got 3"):
        layers.Lambda(3)
    with pytest.raises(ArgumentError, match="arguments must be a dictionary"):
        layers.Lambda(scaled, arguments=[2])

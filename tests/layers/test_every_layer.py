"""What holds for every layer, on a table of layers (`layer_case`)."""

import inspect
import json

import numpy as np
import pytest

from polykeras import layers, ops, saving, tree
from polykeras.config import dtype_policy, set_dtype_policy


def _arrays(y):
    return [np.asarray(ops.convert_to_numpy(t)) for t in tree.flatten(y)]


def _built(case):
    layer = case.make(layers)
    case.call(layer, case.inputs())
    layer.set_weights(case.weights(layer))
    return layer


@pytest.fixture
def policy():
    """Sets the dtype policy of layers made in the test."""
    before = dtype_policy()
    yield set_dtype_policy
    set_dtype_policy(before)


def test_symbolic_shape_and_dtype_are_those_of_the_result(layer_case):
    layer = layer_case.make(layers)
    symbolic = tree.flatten(layer_case.call(layer, layer_case.symbolic(layers)))
    real = _arrays(layer_case.call(layer, layer_case.inputs()))
    assert len(symbolic) == len(real)
    for s, y in zip(symbolic, real, strict=True):
        assert len(s.shape) == y.ndim
        assert all(a is None or a == b for a, b in zip(s.shape, y.shape, strict=True)), (s.shape, y.shape)
        assert s.shape[0] is None
        assert s.dtype == str(y.dtype)


def test_compute_output_shape_agrees(layer_case):
    layer = layer_case.make(layers)
    inputs = layer_case.inputs()
    shapes = [x.shape for x in inputs] if isinstance(inputs, list) else inputs.shape
    expected = layer.compute_output_shape(*layer_case.arguments(shapes))
    real = [y.shape for y in _arrays(layer_case.call(layer, inputs))]
    assert (expected if isinstance(expected, list) else [expected]) == real


def test_config_round_trip_through_json(layer_case):
    layer = _built(layer_case)
    config = json.loads(json.dumps(saving.serialize_keras_object(layer)))
    twin = saving.deserialize_keras_object(config)
    assert type(twin) is type(layer)
    assert json.loads(json.dumps(saving.serialize_keras_object(twin))) == config
    assert twin.built
    layer_case.call(twin, layer_case.inputs())
    twin.set_weights(layer.get_weights())
    for a, b in zip(
        _arrays(layer_case.call(layer, layer_case.inputs())),
        _arrays(layer_case.call(twin, layer_case.inputs())),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)


def test_from_config_of_get_config(layer_case):
    layer = layer_case.make(layers)
    twin = type(layer).from_config(layer.get_config())
    assert twin.get_config() == layer.get_config()


def test_build_from_the_build_config_makes_the_same_weights(layer_case):
    layer = _built(layer_case)
    twin = layer_case.make(layers)
    twin.build_from_config(json.loads(json.dumps(layer.get_build_config())))
    assert twin.built
    assert [(v.name, v.shape, v.trainable) for v in twin.weights] == [
        (v.name, v.shape, v.trainable) for v in layer.weights
    ]


@pytest.mark.parametrize("training", [False, True])
def test_gradients_of_weights_and_inputs_match_finite_differences(layer_case, training, policy):
    policy("float64")
    layer = _built(layer_case)
    inputs = layer_case.inputs()
    values = [v.numpy() for v in layer.trainable_variables]
    state = [v.numpy() for v in layer.non_trainable_variables]
    rng = np.random.default_rng(5)
    cotangents = [rng.normal(size=y.shape) for y in _arrays(layer_case.call(layer, inputs, training=training))]
    differentiable = layer_case.integers is None
    if differentiable:
        values += [np.asarray(x, "float64") for x in tree.flatten(inputs)]

    def loss(values):
        weights, xs = values[: len(layer.trainable_variables)], values[len(layer.trainable_variables) :]
        x = (xs if isinstance(inputs, list) else xs[0]) if differentiable else inputs
        outputs, _ = layer.stateless_call(weights, state, *layer_case.arguments(x), training=training)
        terms = [ops.sum(ops.multiply(y, c)) for y, c in zip(tree.flatten(outputs), cotangents, strict=True)]
        return sum(terms[1:], terms[0])

    _, gradients = ops.value_and_grad(loss)(values)
    h = 1e-5
    for i, gradient in enumerate(gradients):
        assert np.abs(gradient).max() > 0, f"no gradient reaches value {i}"
        direction = rng.normal(size=gradient.shape)
        ends = [float(loss([v + s * h * direction if j == i else v for j, v in enumerate(values)])) for s in (1, -1)]
        np.testing.assert_allclose(np.sum(gradient * direction), (ends[0] - ends[1]) / (2 * h), rtol=1e-5, atol=1e-7)


def test_the_arguments_may_be_named(layer_case):
    layer = _built(layer_case)
    inputs = layer_case.inputs()
    named = dict(zip(inspect.signature(layer.call).parameters, layer_case.arguments(inputs), strict=False))
    for a, b in zip(_arrays(layer_case.call(layer, inputs)), _arrays(layer(**named)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_mixed_precision_computes_in_half_and_stores_in_single(layer_case, policy):
    policy("mixed_float16")
    layer = layer_case.make(layers)
    symbolic = tree.flatten(layer_case.call(layer, layer_case.symbolic(layers)))
    real = _arrays(layer_case.call(layer, layer_case.inputs()))
    assert {v.dtype for v in layer.weights} <= {"float32"}
    assert {str(y.dtype) for y in real} == {"float16"}
    assert {s.dtype for s in symbolic} == {"float16"}


def test_float64_layers_compute_in_float64(layer_case, policy):
    policy("float64")
    layer = layer_case.make(layers)
    assert {str(y.dtype) for y in _arrays(layer_case.call(layer, layer_case.inputs()))} == {"float64"}
    assert {v.dtype for v in layer.weights} <= {"float64"}


def test_an_empty_batch_gives_an_empty_result(layer_case):
    layer = _built(layer_case)
    inputs = layer_case.inputs()
    empty = [x[:0] for x in inputs] if isinstance(inputs, list) else inputs[:0]
    for full, none in zip(_arrays(layer_case.call(layer, inputs)), _arrays(layer_case.call(layer, empty)), strict=True):
        assert none.shape == (0, *full.shape[1:])


def test_unknown_arguments_are_refused(layer_case):
    cls = type(layer_case.make(layers))
    config = layer_case.make(layers).get_config()
    with pytest.raises(ValueError, match=rf"{cls.__name__}: unknown argument\(s\) colour"):
        cls.from_config({**config, "colour": "red"})

"""Objects to plain data and back."""

import json

import numpy as np
import pytest

from polykeras import (
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    random,
    regularizers,
    saving,
)
from polykeras.errors import ArgumentError, UnknownNameError
from polykeras.variable import Variable


def _there(obj):
    return json.loads(json.dumps(saving.serialize_keras_object(obj)))


def _back(obj, **kwargs):
    return saving.deserialize_keras_object(_there(obj), **kwargs)


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "relu", [1, [2, None]], {"a": [1], "b": {"c": "d"}}])
def test_plain_data_stay(value):
    assert saving.serialize_keras_object(value) == value
    assert _back(value) == value


@pytest.mark.parametrize("value", [b"abc", slice(1, None, 2), ..., slice(None)])
def test_python_s_other_values(value):
    assert _back(value) == value


def test_numbers_and_arrays():
    assert type(saving.serialize_keras_object(np.float32(2.5))) is float
    assert type(saving.serialize_keras_object(np.float64(2.5))) is float
    assert type(saving.serialize_keras_object(np.int8(2))) is int
    assert saving.serialize_keras_object(np.dtype("int16")) == "int16"
    for array in (np.float32([[1, 2]]), np.array([True]), np.int64([])):
        found = _back(array)
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype
    assert saving.serialize_keras_object((1, 2)) == (1, 2)


def test_tensors_and_variables():
    data = _there(Variable([1.0, 2.0]))
    assert data == {"class_name": "__tensor__", "config": {"value": [1.0, 2.0], "dtype": "float32"}}
    found = saving.deserialize_keras_object(data)
    assert ops.is_tensor(found)
    assert ops.convert_to_numpy(found).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("make", "module"),
    [
        (lambda: layers.Dense(2), "keras.layers"),
        (lambda: models.Sequential([layers.Dense(2)]), "keras"),
        (lambda: initializers.HeNormal(seed=1), "keras.initializers"),
        (lambda: regularizers.L2(0.1), "keras.regularizers"),
        (lambda: losses.MeanSquaredError(), "keras.losses"),
        (lambda: metrics.MeanSquaredError(), "keras.metrics"),
        (lambda: optimizers.Adam(), "keras.optimizers"),
        (lambda: optimizers.schedules.CosineDecay(0.1, 5), "keras.optimizers.schedules"),
        (lambda: random.SeedGenerator(3), "keras.random"),
        (lambda: dtype_policies.DTypePolicy("float32"), "keras"),
    ],
)
def test_the_form_is_keras_s(make, module):
    obj = make()
    data = _there(obj)
    assert list(data) == ["module", "class_name", "config", "registered_name"]
    assert data["module"] == module
    assert data["class_name"] == type(obj).__name__
    assert data["registered_name"] is None
    found = saving.deserialize_keras_object(data)
    assert type(found) is type(obj)
    assert _there(found) == data


@pytest.mark.parametrize("module", ["keras.losses", "keras.src.losses.losses", "polykeras.losses", "keras.metrics"])
def test_the_module_decides_between_classes_of_one_name(module):
    data = {"module": module, "class_name": "MeanSquaredError", "config": {"name": "x"}, "registered_name": None}
    package = losses if "losses" in module else metrics
    assert type(saving.deserialize_keras_object(data)) is package.MeanSquaredError


def test_old_data_without_a_module():
    data = {"class_name": "VarianceScaling", "config": {"scale": 2.0, "seed": 1}}
    assert saving.deserialize_keras_object(data).scale == 2.0
    assert type(metrics.deserialize({"class_name": "MeanSquaredError", "config": {}})) is metrics.MeanSquaredError
    assert type(losses.deserialize({"class_name": "MeanSquaredError", "config": {}})) is losses.MeanSquaredError


class Scaled(initializers.Initializer):
    def __init__(self, by=1.0):
        self.by = by

    def __call__(self, shape, dtype=None):
        return np.full(shape, self.by, dtype)

    def get_config(self):
        return {"by": self.by}


class Inner(losses.Loss):
    """Holds an object that only its own from_config finds."""

    def __init__(self, start, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def get_config(self):
        return {**super().get_config(), "start": self.start}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "start": saving.deserialize_keras_object(config["start"])})


def test_custom_classes():
    data = _there(Inner(Scaled(2.0), name="inner"))
    assert data["module"] == __name__
    assert data["registered_name"] == "Inner"
    with pytest.raises(UnknownNameError, match="Unknown class 'Inner' of module"):
        saving.deserialize_keras_object(data)
    with pytest.raises(UnknownNameError, match="Unknown class 'Scaled'"):
        saving.deserialize_keras_object(data, {"Inner": Inner})
    found = saving.deserialize_keras_object(data, {"Inner": Inner, "Scaled": Scaled})
    assert found.start.by == 2.0
    with saving.custom_object_scope({"Inner": Inner, "Scaled": Scaled}):
        assert saving.deserialize_keras_object(data).start.by == 2.0


def test_registered_classes():
    table = saving.get_custom_objects()
    before = dict(table)
    try:
        saving.register_keras_serializable("Mine")(Scaled)
        data = _there(Scaled(3.0))
        assert data["registered_name"] == "Mine>Scaled"
        assert saving.deserialize_keras_object(data).by == 3.0
        assert initializers.get("Mine>Scaled").by == 1.0
    finally:
        table.clear()
        table.update(before)
        saving.registration._names.pop(Scaled)


@pytest.mark.parametrize(
    "data",
    [
        {"module": "os", "class_name": "system", "config": {"command": "true"}, "registered_name": None},
        {"module": "subprocess", "class_name": "Popen", "config": {"args": "true"}, "registered_name": "Popen"},
        {"module": "polykeras.plugins", "class_name": "Hooks", "config": {}, "registered_name": None},
        {"module": "keras.layers.core.dense.builtins", "class_name": "eval", "config": {}, "registered_name": None},
        {"module": "keras.losses", "class_name": "ops", "config": {}, "registered_name": None},
        {"module": "__main__", "class_name": "Dense", "config": {"units": 2}, "registered_name": "Dense"},
        {"module": "mine.layers", "class_name": "Dense", "config": {"units": 2}, "registered_name": "Dense"},
        {"module": "mine.activations", "class_name": "function", "config": "relu", "registered_name": "function"},
        {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"},
        {"module": "keras.losses", "class_name": "function", "config": "get", "registered_name": "function"},
        {"module": "os", "class_name": "function", "config": "relu", "registered_name": "function"},
        {"class_name": "__lambda__", "config": {"value": "AAAA"}},
        {"class_name": "__init__", "config": {}},
    ],
)
def test_only_what_is_on_the_list(data):
    with pytest.raises(UnknownNameError, match=r"Unknown (class|function)"):
        saving.deserialize_keras_object(data)


def test_a_near_name_is_offered():
    data = {"module": "keras.layers", "class_name": "Dens", "config": {}, "registered_name": None}
    with pytest.raises(
        UnknownNameError, match=r"Unknown class 'Dens' of module 'keras\.layers'\. Did you mean 'Dense'"
    ):
        saving.deserialize_keras_object(data)


def test_bad_configurations():
    data = {"module": "keras.regularizers", "class_name": "L2", "config": {"l3": 1}, "registered_name": None}
    with pytest.raises(ArgumentError, match=r"L2 cannot be made from the configuration \{'l3': 1\}: .*l3"):
        saving.deserialize_keras_object(data)
    with pytest.raises(ArgumentError, match="configuration of L2 must be a dictionary, got 3"):
        saving.deserialize_keras_object({**data, "config": 3})
    assert saving.deserialize_keras_object({**data, "config": None}).l2 == 0.01


def test_what_cannot_be_saved():
    with pytest.raises(ArgumentError, match="cannot be saved"):
        saving.serialize_keras_object(lambda x: x)
    with pytest.raises(ArgumentError, match="cannot be saved"):
        saving.serialize_keras_object(object())


def test_layers_are_built_as_they_were():
    data = {**_there(layers.Dense(2)), "build_config": {"input_shape": [None, 3]}}
    layer = saving.deserialize_keras_object(data)
    assert layer.built
    assert [v.shape for v in layer.weights] == [(3, 2), (2,)]
    assert not saving.deserialize_keras_object({**data, "build_config": {"input_shape": None}}).built

"""Helpers around training data."""

import random as python_random

import numpy as np
import pytest

from polykeras import initializers, saving, utils
from polykeras.errors import ArgumentError


def test_to_categorical():
    assert utils.to_categorical([0, 2]).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert utils.to_categorical([[1], [0]], 3).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert utils.to_categorical(np.array([[0, 1], [1, 1]])).shape == (2, 2, 2)
    assert utils.to_categorical([0, 1]).dtype == np.float32
    assert utils.to_categorical([1.0, 0.0]).tolist() == [[0, 1], [1, 0]]
    assert utils.to_categorical([], 3).shape == (0, 3)
    with pytest.raises(ArgumentError, match="classes must be from 0 to 1, got 0 to 2"):
        utils.to_categorical([0, 2], 2)
    with pytest.raises(ArgumentError, match="got -1 to 0"):
        utils.to_categorical([-1, 0], 2)


def test_normalize():
    x = np.float32([[3, 4], [0, 0]])
    np.testing.assert_allclose(utils.normalize(x), [[0.6, 0.8], [0, 0]])
    np.testing.assert_allclose(utils.normalize(x, axis=0), [[1, 1], [0, 0]])
    np.testing.assert_allclose(utils.normalize(x, order=1), [[3 / 7, 4 / 7], [0, 0]])
    np.testing.assert_allclose(utils.normalize([3, 4]), [0.6, 0.8])


def test_set_random_seed_fixes_everything():
    def draw():
        utils.set_random_seed(5)
        return python_random.random(), np.random.random(), initializers.HeNormal()((2,)).tolist()

    assert draw() == draw()
    with pytest.raises(ValueError, match="seed must be from 0"):
        utils.set_random_seed(-1)


def test_saving_helpers_are_here_too():
    for name in (
        "CustomObjectScope", "custom_object_scope", "deserialize_keras_object", "get_custom_objects", "get_registered_name",
        "get_registered_object", "register_keras_serializable", "serialize_keras_object",
    ):  # fmt: skip
        assert getattr(utils, name) is getattr(saving, name)

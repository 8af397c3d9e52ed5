"""`Flatten`, `Reshape`, `Permute`, `RepeatVector`."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.arange(24, dtype="float32").reshape(2, 2, 3, 2)


def test_flatten_gives_the_same_features_for_both_formats():
    np.testing.assert_array_equal(layers.Flatten()(X), X.reshape(2, 12))
    first = np.moveaxis(X, -1, 1)
    np.testing.assert_array_equal(layers.Flatten("channels_first")(first), X.reshape(2, 12))


def test_flatten_of_few_axes():
    assert layers.Flatten()(X[:, 0, 0]).shape == (2, 2)
    assert layers.Flatten()(X[:, 0, 0, 0]).shape == (2, 1)
    assert layers.Flatten("channels_first")(X[:, 0, 0]).tolist() == X[:, 0, 0].tolist()


def test_flatten_knows_what_it_can():
    assert layers.Flatten()(layers.Input((3, 4))).shape == (None, 12)
    assert layers.Flatten()(layers.Input((None, 4), batch_size=2)).shape == (2, None)


def test_reshape():
    np.testing.assert_array_equal(layers.Reshape((4, -1))(X), X.reshape(2, 4, 3))
    np.testing.assert_array_equal(layers.Reshape((12,))(X), X.reshape(2, 12))
    assert layers.Reshape((-1, 2))(layers.Input((None, 4))).shape == (None, None, 2)
    with pytest.raises(ShapeError, match=r"'r': .* shape \(2, 2, 3, 2\) cannot be reshaped to \('batch', 5, -1\)"):
        layers.Reshape((5, -1), name="r")(X)
    with pytest.raises(ShapeError, match=r"'r': an input of shape \(None, 5\) cannot"):
        layers.Reshape((4,), name="r")(layers.Input((5,)))
    with pytest.raises(ArgumentError, match="Reshape: target_shape"):
        layers.Reshape((-1, -1))


def test_permute():
    np.testing.assert_array_equal(layers.Permute((3, 1, 2))(X), X.transpose(0, 3, 1, 2))
    with pytest.raises(ArgumentError, match="Permute: dims must be an order of 1 to 2"):
        layers.Permute((0, 1))
    with pytest.raises(ShapeError, match="rank 3"):
        layers.Permute((2, 1))(X)


def test_repeat_vector():
    x = X[:, 0, 0]
    np.testing.assert_array_equal(layers.RepeatVector(3)(x), np.repeat(x[:, None], 3, 1))
    with pytest.raises(ShapeError, match="rank 2"):
        layers.RepeatVector(3)(X)
    with pytest.raises(ArgumentError, match="RepeatVector: n must be a positive int"):
        layers.RepeatVector(0)

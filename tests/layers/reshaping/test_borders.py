"""Cropping and zero padding."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(2, 4, 6, 5, 3)).astype("float32")


def test_cropping():
    np.testing.assert_array_equal(layers.Cropping1D()(X[:, 0, 0]), X[:, 0, 0, 1:-1])
    np.testing.assert_array_equal(layers.Cropping1D((0, 2))(X[:, 0, 0]), X[:, 0, 0, :-2])
    np.testing.assert_array_equal(layers.Cropping2D(((1, 0), (2, 1)))(X[:, 0]), X[:, 0, 1:, 2:-1])
    np.testing.assert_array_equal(layers.Cropping3D()(X), X[:, 1:-1, 1:-1, 1:-1])
    np.testing.assert_array_equal(layers.Cropping3D((1, 0, 2), "channels_last")(X), X[:, 1:-1, :, 2:-2])


def test_zero_padding():
    def padded(x, *pairs):
        return np.pad(x, [(0, 0), *pairs])

    np.testing.assert_array_equal(layers.ZeroPadding1D()(X[:, 0, 0]), padded(X[:, 0, 0], (1, 1), (0, 0)))
    np.testing.assert_array_equal(
        layers.ZeroPadding1D((0, 2), "channels_first")(X[:, 0, 0]), padded(X[:, 0, 0], (0, 0), (0, 2))
    )
    np.testing.assert_array_equal(layers.ZeroPadding2D((1, 2))(X[:, 0]), padded(X[:, 0], (1, 1), (2, 2), (0, 0)))
    np.testing.assert_array_equal(
        layers.ZeroPadding3D(((1, 0), (0, 2), (3, 1)), "channels_first")(X), padded(X, (0, 0), (1, 0), (0, 2), (3, 1))
    )


def test_attributes_are_as_in_keras():
    assert layers.Cropping1D(2).cropping == (2, 2)
    assert layers.ZeroPadding1D(1).padding == (1, 1)
    assert layers.ZeroPadding2D((1, 2)).padding == ((1, 1), (2, 2))
    assert "data_format" not in layers.Cropping1D().get_config()


def test_shapes_with_unknown_sizes():
    assert layers.ZeroPadding2D(1)(layers.Input((None, 4, 3))).shape == (None, None, 6, 3)
    assert layers.Cropping2D(1)(layers.Input((None, 4, 3))).shape == (None, None, 2, 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Cropping1D(-1), "Cropping1D: cropping must be an int of at least 0, or a pair, got -1"),
        (lambda: layers.Cropping1D((1, 2, 3)), "Cropping1D: cropping must be"),
        (lambda: layers.Cropping2D((1, 2, 3)), "Cropping2D: cropping must be an int of at least 0, or 2 of them"),
        (lambda: layers.Cropping2D(((1, 2, 3), (1, 1))), "Cropping2D: cropping must be"),
        (lambda: layers.ZeroPadding2D("1"), "ZeroPadding2D: padding must be"),
        (lambda: layers.ZeroPadding3D((1, 2)), "ZeroPadding3D: padding must be .* 3 pairs, got \\(1, 2\\)"),
        (lambda: layers.ZeroPadding3D(1.5), "ZeroPadding3D: padding must be"),
        (lambda: layers.ZeroPadding2D(1, "last"), "data_format must be"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_nothing_left():
    with pytest.raises(
        ShapeError, match=r"'crop': nothing is left of axis 2 of the input \(2, 4, 5, 3\) after .*\(3, 2\)"
    ):
        layers.Cropping2D(((0, 0), (3, 2)), name="crop")(np.zeros((2, 4, 5, 3), "float32"))
    with pytest.raises(ShapeError, match="rank 5"):
        layers.ZeroPadding3D()(layers.Input((4, 5, 3)))

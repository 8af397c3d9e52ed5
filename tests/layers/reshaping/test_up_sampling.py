"""`UpSampling1D`, `UpSampling2D`, `UpSampling3D`."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(2, 3, 4, 5, 2)).astype("float32")


def test_elements_are_repeated():
    np.testing.assert_array_equal(layers.UpSampling1D(3)(X[:, 0, 0]), X[:, 0, 0].repeat(3, 1))
    np.testing.assert_array_equal(layers.UpSampling2D((2, 3))(X[:, 0]), X[:, 0].repeat(2, 1).repeat(3, 2))
    np.testing.assert_array_equal(layers.UpSampling3D(2, "channels_first")(X), X.repeat(2, 2).repeat(2, 3).repeat(2, 4))


def test_bilinear():
    """Between the centres of two pixels on a line, beyond them as the pixel. Keras 3.15 gives these numbers."""
    x = np.array([[0.0, 4.0], [8.0, 12.0]], "float32").reshape(1, 2, 2, 1)
    along = np.array([0, 0.25, 0.75, 1])
    expected = 8 * along[:, None] + 4 * along
    np.testing.assert_allclose(layers.UpSampling2D(2, interpolation="Bilinear")(x)[0, ..., 0], expected)
    first = layers.UpSampling2D(2, "channels_first", "bilinear")(x.reshape(1, 1, 2, 2))
    np.testing.assert_allclose(first[0, 0], expected)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.UpSampling1D(0), "UpSampling1D: size must be a positive int, got 0"),
        (lambda: layers.UpSampling2D((1, 2, 3)), "UpSampling2D: size must be a positive int or 2 of them"),
        (lambda: layers.UpSampling2D(2, interpolation="linear"), "interpolation must be one of nearest, bilinear"),
        (lambda: layers.UpSampling2D(2, interpolation=None), "interpolation must be one of nearest, bilinear"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_rank():
    with pytest.raises(ShapeError, match=r"'up' expects an input of rank 3, got shape \(None, 4, 5, 2\)"):
        layers.UpSampling1D(name="up")(layers.Input((4, 5, 2)))

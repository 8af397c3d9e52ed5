"""`Resizing` and `CenterCrop`."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

X = np.random.default_rng(0).normal(size=(2, 6, 8, 3)).astype("float32")


def test_halving_is_the_mean_of_two_by_two():
    expected = X.reshape(2, 3, 2, 4, 2, 3).mean((2, 4))
    np.testing.assert_allclose(layers.Resizing(3, 4)(X), expected, atol=1e-6)
    np.testing.assert_allclose(layers.Resizing(3, 4)(X[0]), expected[0], atol=1e-6)
    first = layers.Resizing(3, 4, data_format="channels_first")(np.moveaxis(X, -1, 1))
    np.testing.assert_allclose(first, np.moveaxis(expected, -1, 1), atol=1e-6)


def test_bytes_stay_bytes():
    y = layers.Resizing(1, 1)(np.array([[1, 2], [4, 6]], "uint8").reshape(1, 2, 2, 1))
    assert str(y.dtype) == "uint8"
    assert y.item() == 3


def test_proportions():
    cropped = layers.Resizing(3, 3, crop_to_aspect_ratio=True)(X)
    np.testing.assert_allclose(cropped, X[:, :, 1:7].reshape(2, 3, 2, 3, 2, 3).mean((2, 4)), atol=1e-6)
    padded = layers.Resizing(4, 4, pad_to_aspect_ratio=True, fill_value=7.0)(X)
    frame = np.pad(X, [(0, 0), (1, 1), (0, 0), (0, 0)], constant_values=7)
    np.testing.assert_allclose(padded, frame.reshape(2, 4, 2, 4, 2, 3).mean((2, 4)), atol=1e-6)


def test_center_crop():
    np.testing.assert_array_equal(layers.CenterCrop(4, 5)(X), X[:, 1:5, 1:6])
    np.testing.assert_array_equal(layers.CenterCrop(6, 8)(X[0]), X[0])
    first = layers.CenterCrop(3, 2, "channels_first")(np.moveaxis(X, -1, 1))
    np.testing.assert_array_equal(first, np.moveaxis(X[:, 1:4, 3:5], -1, 1))
    assert str(layers.CenterCrop(4, 4)(X.astype("uint8")).dtype) == "float32"


def test_center_crop_of_small_images_keeps_proportions():
    expected = layers.Resizing(12, 12, crop_to_aspect_ratio=True)(X)
    np.testing.assert_array_equal(layers.CenterCrop(12, 12)(X), expected)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Resizing(0, 3), "Resizing: height must be a positive int"),
        (lambda: layers.CenterCrop(3, 2.5), "CenterCrop: width must be a positive int"),
        (lambda: layers.Resizing(3, 3, "linear"), "interpolation must be one of"),
        (lambda: layers.Resizing(3, 3, fill_mode="edge"), "fill_mode must be 'constant'"),
        (lambda: layers.Resizing(3, 3, "nearest", True, True), "only one of"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_rank():
    with pytest.raises(
        ShapeError, match=r"'r' expects an input of rank at least 3, rank at most 4, got shape \(6, 8\)"
    ):
        layers.Resizing(3, 3, name="r")(X[0, :, :, 0])

"""Image ops beyond the conformance suite's samples: the namespace, random distortion, what is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from polykeras import ops
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.ops import image

IMAGES = np.random.default_rng(0).random((2, 6, 5, 3)).astype("float32")


def test_the_namespace_holds_functions_with_docstrings_of_their_arguments() -> None:
    for name in image.__all__:
        function = getattr(ops.image, name)
        parameters = inspect.signature(function).parameters
        assert parameters and inspect.getdoc(function), name


def test_elastic_transform_moves_pixels_a_little_and_by_its_seed() -> None:
    same = ops.image.elastic_transform(IMAGES, alpha=0.0, seed=1)
    np.testing.assert_array_equal(same, IMAGES)
    moved = [ops.image.elastic_transform(IMAGES, alpha=3.0, sigma=1.0, seed=seed) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(moved[0], moved[1])
    assert np.abs(np.asarray(moved[0]) - np.asarray(moved[2])).max() > 0.01
    assert np.asarray(moved[0]).min() >= 0 and np.asarray(moved[0]).max() <= 1  # interpolated between pixels
    first = ops.image.elastic_transform(np.moveaxis(IMAGES, -1, 1), 3.0, 1.0, seed=1, data_format="channels_first")
    np.testing.assert_allclose(np.moveaxis(np.asarray(first), 1, -1), moved[0], rtol=1e-6)
    single = ops.image.elastic_transform((IMAGES[0] * 255).astype("uint8"), 3.0, 1.0, seed=1)
    assert single.shape == (6, 5, 3) and single.dtype == "uint8"


def test_a_crop_undoes_a_padding() -> None:
    padded = ops.image.pad_images(IMAGES, 2, 1, target_height=9, target_width=9)
    assert padded.shape == (2, 9, 9, 3)
    np.testing.assert_array_equal(ops.image.crop_images(padded, 2, 1, target_height=6, target_width=5), IMAGES)


def test_colours_there_and_back() -> None:
    np.testing.assert_allclose(ops.image.hsv_to_rgb(ops.image.rgb_to_hsv(IMAGES)), IMAGES, atol=2e-6)


def test_equal_images_are_alike() -> None:
    np.testing.assert_allclose(ops.image.ssim(IMAGES, IMAGES, filter_size=3), [1.0, 1.0], rtol=1e-6)


def test_perspective_of_the_same_points_changes_nothing() -> None:
    points = np.array([[0.0, 0.0], [4.0, 1.0], [0.5, 5.0], [4.0, 4.0]], "float32")
    np.testing.assert_allclose(ops.image.perspective_transform(IMAGES, points, points), IMAGES, atol=1e-4)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ops.image.resize(IMAGES, (4, 4), "cubic"), ArgumentError, "interpolation.*'bicubic'.*'cubic'"),
        (lambda: ops.image.resize(IMAGES, (4,)), ArgumentError, "size.*two positive"),
        (lambda: ops.image.resize(IMAGES, (4, 0)), ArgumentError, "size.*two positive"),
        (lambda: ops.image.resize(IMAGES[0, 0], (4, 4)), ShapeError, r"rank 3.*\(5, 3\)"),
        (
            lambda: ops.image.resize(IMAGES, (4, 4), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
            ArgumentError,
            "only one",
        ),
        (lambda: ops.image.rgb_to_hsv((IMAGES * 255).astype("uint8")), DtypeError, "floats.*uint8"),
        (lambda: ops.image.rgb_to_hsv(IMAGES[..., :2]), ShapeError, "3 channels"),
        (lambda: ops.image.rgb_to_grayscale(IMAGES[..., :2]), ShapeError, "1 or 3 channels"),
        (lambda: ops.image.pad_images(IMAGES, 1, 1, 1, 1, 9, 9), ArgumentError, "exactly two of top_padding"),
        (lambda: ops.image.pad_images(IMAGES, 1, 1, target_height=4, target_width=9), ArgumentError, "would be -3"),
        (lambda: ops.image.crop_images(IMAGES, 4, 0, 4, 0), ArgumentError, "more than the size 6"),
        (lambda: ops.image.affine_transform(IMAGES, [1.0] * 6), ShapeError, r"\(8,\).*\(6,\)"),
        (lambda: ops.image.affine_transform(IMAGES, np.ones((3, 8))), ShapeError, "one for each of 2"),
        (lambda: ops.image.affine_transform(IMAGES, [1.0] * 8, fill_mode="fill"), ArgumentError, "fill_mode"),
        (lambda: ops.image.map_coordinates(IMAGES[0, 0], np.zeros((3, 4)), 1), ShapeError, r"\(2, \.\.\.\)"),
        (lambda: ops.image.map_coordinates(IMAGES[0, 0], np.zeros((2, 4)), 3), ArgumentError, "order.*0, 1"),
        (lambda: ops.image.perspective_transform(IMAGES, np.zeros((3, 2)), np.zeros((4, 2))), ShapeError, "start_points"),
        (lambda: ops.image.gaussian_blur(IMAGES, (3, 0)), ArgumentError, "kernel_size"),
        (lambda: ops.image.ssim(IMAGES, IMAGES), ShapeError, "window of 11"),
        (lambda: ops.image.ssim(IMAGES, IMAGES, filter_size=4), ArgumentError, "odd"),
        (lambda: ops.image.ssim(IMAGES, IMAGES[:1]), ShapeError, "same shape"),
        (lambda: ops.image.extract_patches(IMAGES, 7), ShapeError, "does not fit"),
        (lambda: ops.image.extract_patches(IMAGES, 2, padding="full"), ArgumentError, "padding.*'full'"),
        (
            lambda: ops.image.scale_and_translate(IMAGES, (2, 6, 5), [1.0], [0.0], (1,), "linear"),
            ArgumentError,
            "output_shape",
        ),
        (lambda: ops.image.elastic_transform(IMAGES, sigma=0.0), ArgumentError, "sigma.*positive"),
    ],
)
def test_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()

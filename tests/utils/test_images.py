"""Arrays as pictures and pictures as arrays."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest

from polykeras import preprocessing, utils
from polykeras.errors import ArgumentError, ShapeError

Image = pytest.importorskip("PIL.Image")
RGB = np.random.default_rng(0).integers(0, 256, (4, 6, 3)).astype("float32")


@pytest.mark.parametrize("shape", [(4, 6, 1), (4, 6, 3), (4, 6, 4)])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_there_and_back(shape: tuple[int, ...], data_format: str) -> None:
    array = np.random.default_rng(1).integers(0, 256, shape).astype("float32")
    if data_format == "channels_first":
        array = array.transpose(2, 0, 1)
    image = utils.array_to_img(array, data_format, scale=False)
    assert image.size == (6, 4)
    back = utils.img_to_array(image, data_format)
    assert back.dtype == "float32"
    np.testing.assert_array_equal(back, array)


def test_scaling_uses_the_whole_range() -> None:
    image = utils.array_to_img(np.array([[[-1.0], [0.0], [3.0]]]))
    np.testing.assert_array_equal(np.asarray(image), [[0, 63, 255]])
    np.testing.assert_array_equal(np.asarray(utils.array_to_img(np.full((1, 2, 1), 7.0))), [[0, 0]])


def test_scaling_leaves_eight_bits() -> None:
    """Whatever the values: rounding makes none of them more than 255."""
    rows = np.random.default_rng(2).normal(size=(200, 2, 2, 1)).astype("float32")
    images = [utils.array_to_img(row) for row in rows]
    assert {image.mode for image in images} == {"L"}
    assert {np.asarray(image).max() for image in images} == {255}


def test_grey_beyond_eight_bits(tmp_path: Path) -> None:
    utils.save_img(tmp_path / "a.png", np.array([[[300.0], [65535.0]]]), scale=False)
    again = utils.load_img(tmp_path / "a.png", "grayscale")
    np.testing.assert_array_equal(np.asarray(again), [[300, 65535]])
    image = utils.array_to_img(np.array([[[70000.0], [1.0]]]), scale=False)
    np.testing.assert_array_equal(utils.img_to_array(image)[..., 0], [[70000, 1]])


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    preprocessing.image.save_img(path, RGB, scale=False)
    np.testing.assert_array_equal(utils.img_to_array(utils.load_img(path)), RGB)
    grey = utils.load_img(str(path), color_mode="grayscale")
    assert (grey.mode, utils.img_to_array(grey).shape) == ("L", (4, 6, 1))
    assert utils.load_img(path, color_mode="rgba").mode == "RGBA"
    assert utils.load_img(path, target_size=(8, 2)).size == (2, 8)
    stream = io.BytesIO()
    utils.save_img(stream, RGB, file_format="png", scale=False)
    stream.seek(0)
    np.testing.assert_array_equal(utils.img_to_array(utils.load_img(stream)), RGB)


def test_jpeg_has_no_transparency(tmp_path: Path) -> None:
    for name, file_format in (("a.jpg", None), ("b", "jpg")):
        utils.save_img(tmp_path / name, np.full((8, 8, 4), 200.0), file_format=file_format, scale=False)
        with Image.open(tmp_path / name) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")


def test_the_aspect_ratio_can_be_kept(tmp_path: Path) -> None:
    """A wide picture, black at both sides: what is cut off is black."""
    wide = np.zeros((4, 8, 1), "float32")
    wide[:, 2:6] = 255
    utils.save_img(tmp_path / "wide.png", wide, scale=False)
    kept = utils.load_img(tmp_path / "wide.png", "grayscale", target_size=(4, 4), keep_aspect_ratio=True)
    assert np.asarray(kept).min() == 255
    squeezed = utils.load_img(tmp_path / "wide.png", "grayscale", target_size=(4, 4))
    assert np.asarray(squeezed)[:, 0].max() == 0


def test_smart_resize_cuts_off_what_is_too_much() -> None:
    """A wide picture, black at both sides: only its white middle is left; likewise a high one."""
    wide = np.zeros((4, 8, 1), "float32")
    wide[:, 2:6] = 255
    for picture, size in ((wide, (2, 2)), (wide.transpose(1, 0, 2), (8, 8))):
        resized = preprocessing.image.smart_resize(picture, size)
        assert isinstance(resized, np.ndarray)
        np.testing.assert_allclose(resized, np.full((*size, 1), 255.0))
    first = preprocessing.image.smart_resize(np.ones((2, 3, 4, 6)), (2, 3), data_format="channels_first")
    assert first.shape == (2, 3, 2, 3)
    with pytest.raises(ArgumentError, match=r"size must be \(height, width\), got \(2,\)"):
        preprocessing.image.smart_resize(wide, (2,))


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match=r"an image has 3 axes, got shape \(4, 6\)"):
        utils.array_to_img(RGB[..., 0])
    with pytest.raises(ShapeError, match="1, 3 or 4 channels, got 2"):
        utils.array_to_img(RGB[..., :2])
    with pytest.raises(ShapeError, match="2 or 3 axes"):
        utils.img_to_array(RGB[np.newaxis])
    with pytest.raises(ArgumentError, match=r"data_format must be .* got 'last'"):
        utils.save_img(tmp_path / "a.png", RGB, "last")
    utils.save_img(tmp_path / "a.png", RGB)
    with pytest.raises(ArgumentError, match=r"color_mode must be one of grayscale, rgb, rgba, got 'grey'"):
        utils.load_img(tmp_path / "a.png", "grey")
    with pytest.raises(ArgumentError, match=r"interpolation must be one of nearest, .* got 'linear'"):
        utils.load_img(tmp_path / "a.png", interpolation="linear")


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"array_to_img needs the module 'PIL'.*pip install 'polykeras\[image\]'"):
        utils.array_to_img(RGB)

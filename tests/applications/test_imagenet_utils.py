"""Images as the networks want them, and what predictions mean."""

import hashlib
import json

import numpy as np
import pytest

from polykeras import ops
from polykeras.applications import imagenet_utils, inception_v3, vgg16
from polykeras.errors import ArgumentError, SavedFileError, ShapeError

IMAGE = np.array([[[[0, 127.5, 255]]]])  # red, green, blue of one pixel


@pytest.mark.parametrize("convert", [np.array, ops.convert_to_tensor])
@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("caffe", [255 - 103.939, 127.5 - 116.779, 0 - 123.68]),
        ("tf", [-1, 0, 1]),
        ("torch", [(0 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, (1 - 0.406) / 0.225]),
    ],
)
def test_modes(convert, mode, expected):
    found = imagenet_utils.preprocess_input(convert(IMAGE), mode=mode)
    np.testing.assert_allclose(ops.convert_to_numpy(found).ravel(), expected, rtol=1e-6, atol=1e-6)
    first = imagenet_utils.preprocess_input(convert(np.moveaxis(IMAGE, -1, 1)), "channels_first", mode)
    np.testing.assert_allclose(ops.convert_to_numpy(first).ravel(), expected, rtol=1e-6, atol=1e-6)
    one = imagenet_utils.preprocess_input(convert(IMAGE[0]), mode=mode)
    np.testing.assert_allclose(ops.convert_to_numpy(one).ravel(), expected, rtol=1e-6, atol=1e-6)


def test_of_the_networks():
    np.testing.assert_allclose(vgg16.preprocess_input(IMAGE.copy()).ravel()[0], 255 - 103.939)
    np.testing.assert_array_equal(inception_v3.preprocess_input(IMAGE.copy()).ravel(), [-1, 0, 1])
    whole = inception_v3.preprocess_input(np.array([[[[0, 51, 255]]]], "uint8"))
    assert whole.dtype == "float32"
    np.testing.assert_allclose(whole.ravel(), [-1, -0.6, 1], rtol=1e-6)


def test_refusals():
    with pytest.raises(ArgumentError, match="caffe"):
        imagenet_utils.preprocess_input(IMAGE, mode="pytorch")
    with pytest.raises(ArgumentError, match="channels_first"):
        imagenet_utils.preprocess_input(IMAGE, "th")
    with pytest.raises(ShapeError, match="three channels"):
        imagenet_utils.preprocess_input(np.zeros((1, 4, 4, 1)))
    with pytest.raises(ShapeError, match="1000"):
        imagenet_utils.decode_predictions(np.zeros((1, 10)))


def test_what_predictions_mean(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    rows = np.zeros((2, 1000), "float32")
    rows[0, [7, 3]] = 0.7, 0.2
    rows[1, 999] = 1
    with pytest.raises(SavedFileError, match=r"imagenet_class_index\.json"):
        imagenet_utils.decode_predictions(rows)
    text = json.dumps({str(i): [f"n{i:08}", f"class_{i}"] for i in range(1000)})
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "imagenet_class_index.json").write_text(text)
    with pytest.raises(SavedFileError, match="checksum"):
        imagenet_utils.decode_predictions(rows)
    monkeypatch.setattr(imagenet_utils, "CLASS_INDEX_MD5", hashlib.md5(text.encode()).hexdigest())
    first, second = imagenet_utils.decode_predictions(rows, top=2)
    assert [entry[:2] for entry in first] == [("n00000007", "class_7"), ("n00000003", "class_3")]
    assert first[0][2] == np.float32(0.7) and second[0][1] == "class_999" and len(second) == 2

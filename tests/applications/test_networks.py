"""Today's networks: their published numbers of parameters, layers, features in both image formats, and refusals.

Layers' names, shapes of all weights and features were compared with Keras 3.15's by hand: the same weights give the same
features to 2e-6 of the largest.
"""

import hashlib

import numpy as np
import pytest

import polykeras
from polykeras import applications, layers
from polykeras.applications.construction import constructor
from polykeras.applications.networks import vgg
from polykeras.applications.networks.assembly import Network, WeightsFile
from polykeras.errors import ArgumentError, SavedFileError, ShapeError

PUBLISHED = {
    "VGG16": (138_357_544, 23),
    "VGG19": (143_667_240, 26),
    "ResNet50": (25_636_712, 177),
    "InceptionV3": (23_851_784, 313),
    "Xception": (22_910_480, 134),
}
SMALLEST = {"VGG16": 32, "VGG19": 32, "ResNet50": 32, "InceptionV3": 75, "Xception": 71}
FEATURES = {"VGG16": 512, "VGG19": 512, "ResNet50": 2048, "InceptionV3": 2048, "Xception": 2048}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_sizes(name, weightless):
    parameters, count = PUBLISHED[name]
    model = getattr(applications, name)(weights=None)
    assert (model.count_params(), len(model.layers)) == (parameters, count)
    assert model.output_shape == (None, 1000) and model.layers[-1].name == "predictions"


@pytest.mark.parametrize("name", FEATURES)
def test_features_do_not_depend_on_the_format(name, configured):
    size = SMALLEST[name]
    image = np.random.default_rng(0).normal(size=(1, size, size + 8, 3)).astype("float32")
    make = getattr(applications, name)
    last = make(include_top=False, weights=None, input_shape=(size, size + 8, 3), pooling="avg")
    strengthen(last)
    configured("channels_first")
    first = make(include_top=False, weights=None, input_shape=(3, size, size + 8), pooling="avg")
    first.set_weights(last.get_weights())
    expected = last.predict(image, verbose=0)
    found = first.predict(np.moveaxis(image, -1, 1), verbose=0)
    assert expected.shape == (1, FEATURES[name]) and expected.std() > 1e-3
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=2e-5 * np.abs(expected).max())


def strengthen(model):
    """Weights that keep the size of what passes, so that features tell images apart."""
    rng = np.random.default_rng(1)
    values = []
    for w in model.get_weights():
        fan_in = np.prod(w.shape[:-1]) if w.ndim > 1 else 1
        values.append(rng.normal(size=w.shape) * np.sqrt(2 / fan_in) if w.ndim > 1 else 0.5 + rng.random(w.shape))
    model.set_weights(values)


def test_names_of_layers():
    names = [layer.name for layer in applications.ResNet50(include_top=False, weights=None).layers]
    assert names[1:5] == ["conv1_pad", "conv1_conv", "conv1_bn", "conv1_relu"]
    assert "conv3_block4_2_conv" in names and names[-1] == "conv5_block3_out"
    names = [layer.name for layer in applications.Xception(include_top=False, weights=None).layers]
    assert names[1] == "block1_conv1" and "block13_sepconv2_bn" in names and names[-1] == "block14_sepconv2_act"


def test_pooling_and_shapes():
    assert applications.VGG16(include_top=False, weights=None).output_shape == (None, None, None, 512)
    model = applications.ResNet50(include_top=False, weights=None, input_shape=(64, 32, 1), pooling="max", name="mine")
    assert model.output_shape == (None, 2048) and model.name == "mine" and model.layers[-1].name == "max_pool"


def test_on_a_tensor():
    x = layers.Input((32, 32, 3))
    model = applications.VGG16(include_top=False, weights=None, input_tensor=layers.Rescaling(1 / 255)(x))
    assert model.layers[1].name.startswith("rescaling") and model.output_shape == (None, 1, 1, 512)
    with pytest.raises(ArgumentError, match="symbolic tensor"):
        applications.VGG16(include_top=False, weights=None, input_tensor=np.zeros((1, 32, 32, 3)))


def test_another_top():
    model = applications.Xception(weights=None, classes=3, classifier_activation=None, input_shape=(71, 71, 3))
    assert model.output_shape == (None, 3)
    assert model.layers[-1].activation is polykeras.activations.linear


def small(file=None):
    """A network whose files are quick to write, made as the others are."""
    network = Network("small", 224, 32, lambda steps, x: vgg.body(steps, x, (1, 1)), vgg.top, lambda include_top: file)
    return constructor("Small", network)


def test_weights_of_a_file(tmp_path):
    first = small()(include_top=False, weights=None)
    first.save_weights(tmp_path / "mine.weights.h5")
    second = small()(include_top=False, weights=str(tmp_path / "mine.weights.h5"))
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_published_weights_lie_in_a_local_file(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(SavedFileError, match="nothing is downloaded") as caught:
        applications.ResNet50(include_top=False)
    text = str(caught.value)
    assert str(tmp_path / "models") in text and "https://" in text and "4d473c1dd8becc155b73f8504c6f6626" in text
    (tmp_path / "models").mkdir()
    place = tmp_path / "models" / "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
    place.write_bytes(b"half a download")
    with pytest.raises(SavedFileError, match=hashlib.md5(b"half a download").hexdigest()):
        applications.ResNet50(include_top=False)


def test_published_weights_are_loaded(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    first = small()(include_top=False, weights=None)
    (tmp_path / "models").mkdir()
    place = tmp_path / "models" / "small.h5"
    first.save(place)  # in the format of the published files
    file = WeightsFile("small.h5", "https://example.org/", hashlib.md5(place.read_bytes()).hexdigest())
    second = small(file)(include_top=False, weights="imagenet")
    np.testing.assert_array_equal(second.get_weights()[0], first.get_weights()[0])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"weights": "imagnet"}, ArgumentError, "which is no file"),
        ({"weights": 3}, ArgumentError, "got 3"),
        ({"classes": 10}, ArgumentError, "1000 classes"),
        ({"weights": None, "pooling": "mean", "include_top": False}, ArgumentError, '"avg" or "max"'),
        ({"classifier_activation": "relu"}, ArgumentError, "softmax"),
        ({"input_shape": (200, 224, 3)}, ShapeError, "must be"),
        ({"include_top": False, "input_shape": (200, 224, 4)}, ShapeError, "3 channels"),
        ({"weights": None, "include_top": False, "input_shape": (20, 40, 3)}, ShapeError, "at least 32 by 32"),
        ({"weights": None, "input_shape": (None, 40, 3)}, ShapeError, "sizes must be known"),
        ({"weights": None, "input_shape": (40, 40)}, ShapeError, "three sizes"),
    ],
)
def test_refusals(options, error, message):
    with pytest.raises(error, match=message):
        applications.VGG16(**options)

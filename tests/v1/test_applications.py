"""Keras 1's networks for images and music."""

import numpy as np
import pytest

from polykeras.applications.networks import assembly, xception
from polykeras.errors import ArgumentError, SavedFileError, ShapeError
from polykeras.v1 import applications, layers
from polykeras.v1 import backend as K
from polykeras.v1.applications import (
    audio_conv_utils,
    construction,
    imagenet_utils,
    inception_v3,
    music_tagger_crnn,
    resnet50,
    vgg16,
)
from polykeras.v1.models import Model

IMAGES = {"VGG16": 48, "VGG19": 48, "ResNet50": 197, "InceptionV3": 139, "Xception": 71}
# Without the top. Keras 1's Inception has biases, scales, and fewer filters after poolings than today's.
PARAMETERS = {
    "VGG16": 14_714_688, "VGG19": 20_024_384, "ResNet50": 23_587_712, "InceptionV3": 21_611_968, "Xception": 20_861_480,
}  # fmt: skip


@pytest.fixture(autouse=True)
def ordering_of_before():
    before = K.image_dim_ordering()
    K.set_image_dim_ordering("tf")
    yield
    K.set_image_dim_ordering(before)


def features(name, ordering):
    K.set_image_dim_ordering(ordering)
    size = IMAGES[name]
    shape = (3, size, size) if ordering == "th" else (size, size, 3)
    return getattr(applications, name)(include_top=False, weights=None, input_shape=shape)


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_sizes(name, ordering):
    model = features(name, ordering)
    assert model.count_params() == PARAMETERS[name]
    channels = 512 if name.startswith("VGG") else 2048
    assert model.output_shape[1 if ordering == "th" else -1] == channels


@pytest.mark.parametrize(
    ("name", "parameters"), [("VGG16", 138_357_544), ("ResNet50", 25_636_712), ("Xception", 22_910_480)]
)
def test_with_the_top(name, parameters, monkeypatch):
    from polykeras.scope import current_backend
    from polykeras.v1 import initializations

    monkeypatch.setattr(
        initializations, "uniform", lambda shape, scale=0.05, name=None: np.broadcast_to(np.float32(0), tuple(shape))
    )
    monkeypatch.setattr(type(current_backend()), "allocate", lambda self, x: x)
    model = getattr(applications, name)(weights=None)
    assert model.count_params() == parameters and model.output_shape == (None, 1000)


@pytest.mark.parametrize("name", ["VGG16", "Xception"])
def test_the_orderings_give_the_same_features(name, tmp_path):
    size = IMAGES[name]
    image = np.random.default_rng(0).normal(size=(1, size, size, 3))
    first = features(name, "tf")
    first.save_weights(str(tmp_path / "w.h5"))
    expected = first.predict(image)
    second = features(name, "th")
    second.load_weights(str(tmp_path / "w.h5"))
    found = np.moveaxis(second.predict(np.moveaxis(image, -1, 1)), 1, -1)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())


def test_names_of_layers():
    names = [layer.name for layer in features("ResNet50", "tf").layers]
    assert {"conv1", "bn_conv1", "res2a_branch2a", "bn5c_branch2c", "res4f_branch2b", "res3a_branch1"} <= set(names)
    assert names[-1] == "avg_pool" and names.index("res2a_branch2c") < names.index("bn2a_branch1")


def test_blocks_by_themselves():
    x = layers.Input((8, 8, 16))
    same = resnet50.identity_block(x, 3, [4, 4, 16], stage=2, block="b")
    smaller = resnet50.conv_block(same, 3, [4, 4, 8], stage=3, block="a")
    unit = inception_v3.conv2d_bn(smaller, 5, 1, 3, name="mine")
    model = Model(x, unit)
    assert tuple(same.shape) == (None, 8, 8, 16) and tuple(unit.shape) == (None, 4, 4, 5)
    names = [layer.name for layer in model.layers]
    assert {"res2b_branch2a", "res3a_branch1", "mine_conv", "mine_bn"} <= set(names) and "res2b_branch1" not in names


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_the_music_tagger(ordering):
    K.set_image_dim_ordering(ordering)
    model = applications.MusicTaggerCRNN(weights=None)
    assert model.count_params() == 400_562 and model.output_shape == (None, 50)
    assert applications.MusicTaggerCRNN(weights=None, include_top=False).output_shape == (None, 32)


def test_tags():
    model = applications.MusicTaggerCRNN(weights=None)
    predictions = model.predict(np.random.default_rng(0).normal(size=(1, 96, 1366, 1)))
    (tags,) = music_tagger_crnn.decode_predictions(predictions, top_n=3)
    assert len(tags) == 3 and tags[0][1] == predictions.max()
    assert tags[0][0] == audio_conv_utils.TAGS[predictions.argmax()]


def test_sound():
    long = np.arange(400_000.0)
    cut = audio_conv_utils.middle(long)
    assert len(cut) == 349_440 and cut[0] == 25_280
    np.testing.assert_array_equal(audio_conv_utils.middle(np.ones(3))[:5], [1, 1, 1, 0, 0])
    np.testing.assert_allclose(audio_conv_utils.decibels(np.array([1.0, 0.1, 1e-9])), [0, -10, -80])


def test_images_are_prepared():
    image = np.array([[[[0.0, 127.5, 255.0]]]])
    expected = [255 - 103.939, 127.5 - 116.779, -123.68]
    np.testing.assert_allclose(vgg16.preprocess_input(image.copy()).ravel(), expected)
    th = imagenet_utils.preprocess_input(np.moveaxis(image, -1, 1).copy(), dim_ordering="th")
    np.testing.assert_allclose(th.ravel(), expected)
    np.testing.assert_allclose(inception_v3.preprocess_input(image.copy()).ravel(), [-1, 0, 1])


def test_published_weights_of_theano(tmp_path, monkeypatch):
    """They are in a file of their own, flipped: found by name, and turned around."""
    h5py = pytest.importorskip("h5py")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    K.set_image_dim_ordering("th")
    with pytest.raises(SavedFileError, match="resnet50_weights_th_dim_ordering_th_kernels_notop") as caught:
        applications.ResNet50(include_top=False)
    assert str(tmp_path / "models") in str(caught.value)
    first = features("Xception", "th")
    name = "small_weights_th_dim_ordering_th_kernels_notop.h5"
    (tmp_path / "models").mkdir()
    first.save_weights(str(tmp_path / "models" / name))
    kernel = first.layers[1].get_weights()[0]
    with h5py.File(tmp_path / "models" / name, "r+") as file:
        del file.attrs["backend"]
        stored = file["block1_conv1"]["block1_conv1_W:0"]
        stored[...] = stored[...][:, :, ::-1, ::-1]
    files = construction.files("small", "v0")
    network = assembly.Network("small", 71, 71, xception.body, assembly.pooled_top, files)
    second = construction.constructor("Small", network)(include_top=False)
    np.testing.assert_array_equal(second.layers[1].get_weights()[0], kernel)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: applications.VGG16(weights="imagenets"), ArgumentError, "no file"),
        (lambda: applications.VGG16(classes=5), ArgumentError, "1000 classes"),
        (lambda: applications.VGG16(weights=None, input_shape=(100, 100, 3)), ShapeError, "must be"),
        (lambda: applications.VGG16(False, None, input_shape=(100, 100, 1)), ShapeError, "3 channels"),
        (lambda: applications.ResNet50(False, None, input_shape=(100, 300, 3)), ShapeError, "at least 197"),
        (lambda: applications.MusicTaggerCRNN(classes=5), ArgumentError, "50 classes"),
        (lambda: audio_conv_utils.decode_predictions(np.zeros((1, 3))), ShapeError, "50"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()

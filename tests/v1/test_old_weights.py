"""Files of weights in another layout than the model's: both orderings, flipped kernels, on Keras 1's layers."""

import numpy as np
import pytest

from polykeras.errors import ArgumentError
from polykeras.v1 import backend as K
from polykeras.v1 import layers
from polykeras.v1.models import Model, Sequential, load_model
from polykeras.v1.utils.layer_utils import convert_all_kernels_in_model
from polykeras.v1.utils.np_utils import convert_kernel

h5py = pytest.importorskip("h5py")
IMAGES = np.random.default_rng(5).normal(size=(2, 6, 5, 3))  # channels last


@pytest.fixture(autouse=True)
def ordering_of_before():
    before = K.image_dim_ordering()
    yield
    K.set_image_dim_ordering(before)


def made(ordering):
    """A model with every kind of layer whose weights depend on the ordering, with weights that are all different."""
    K.set_image_dim_ordering(ordering)
    th = ordering == "th"
    x = layers.Input((3, 6, 5) if th else (6, 5, 3))
    y = layers.Convolution2D(3, 3, 3, border_mode="same")(x)
    y = layers.BatchNormalization(axis=1 if th else -1)(y)
    y = layers.PReLU()(y)
    y = layers.SeparableConvolution2D(4, 2, 2, depth_multiplier=2)(y)
    y = layers.Deconvolution2D(2, 2, 2, (None, 2, 6, 5) if th else (None, 6, 5, 2))(y)
    y = layers.LocallyConnected2D(3, 2, 3)(y)
    y = layers.Flatten()(y)
    y = layers.BatchNormalization()(layers.Dropout(0.5)(y))
    model = Model(x, layers.Dense(2)(layers.Dense(4, activation="tanh")(y)))
    rng = np.random.default_rng(1)
    model.set_weights([np.abs(rng.normal(size=w.shape)) for w in model.get_weights()])
    return model


def predicted(model, ordering):
    return model.predict(IMAGES if ordering == "tf" else np.moveaxis(IMAGES, -1, 1))


def flip_in_file(path, th, backend=None):
    with h5py.File(path, "r+") as file:
        del file.attrs["backend"]
        if backend:
            file.attrs["backend"] = backend.encode()

        def turn(name, item):
            if hasattr(item, "dtype") and item.ndim == 4 and "separable" not in name:
                item[...] = item[...][:, :, ::-1, ::-1] if th else item[...][::-1, ::-1]

        file.visititems(turn)


@pytest.mark.parametrize("source", ["th", "tf"])
@pytest.mark.parametrize("target", ["th", "tf"])
@pytest.mark.parametrize("theano", ["", "said", "recorded"])
def test_the_same_predictions(tmp_path, source, target, theano):
    path = str(tmp_path / "w.h5")
    first = made(source)
    first.save_weights(path)
    expected = predicted(first, source)
    if theano:
        flip_in_file(path, source == "th", "theano" if theano == "recorded" else None)
    second = made(target)
    second.set_weights([w * 0 for w in second.get_weights()])
    second.load_weights(path, original_backend="theano" if theano == "said" else None)
    np.testing.assert_allclose(predicted(second, target), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("by_name", [False, True])
def test_an_ordering_that_the_shapes_do_not_tell(tmp_path, by_name):
    def small(ordering):
        K.set_image_dim_ordering(ordering)
        shape = (3, 6, 5) if ordering == "th" else (6, 5, 3)
        model = Sequential([layers.Convolution2D(3, 3, 3, input_shape=shape, name="only")])
        model.set_weights([np.arange(81.0).reshape(3, 3, 3, 3), np.zeros(3)])
        return model

    first, second = small("th"), small("tf")
    first.save_weights(str(tmp_path / "w.h5"))
    second.load_weights(str(tmp_path / "w.h5"), by_name, original_dim_ordering="th")
    np.testing.assert_array_equal(second.get_weights()[0], first.get_weights()[0].transpose(2, 3, 1, 0))
    expected = np.moveaxis(predicted(first, "th"), 1, -1)
    np.testing.assert_allclose(predicted(second, "tf"), expected, rtol=1e-5)
    with pytest.raises(ArgumentError, match='"th" or "tf"'):
        second.load_weights(str(tmp_path / "w.h5"), original_dim_ordering="theano")


def test_a_whole_model_says_its_ordering(tmp_path):
    K.set_image_dim_ordering("th")
    model = Sequential([layers.Convolution2D(3, 3, 3, input_shape=(3, 6, 5)), layers.Flatten(), layers.Dense(2)])
    model.compile("sgd", "mse")
    path = str(tmp_path / "m.h5")
    model.save(path)
    expected = predicted(model, "th")
    K.set_image_dim_ordering("tf")
    other = Sequential([layers.Convolution2D(3, 3, 3, input_shape=(6, 5, 3)), layers.Flatten(), layers.Dense(2)])
    other.load_weights(path)
    np.testing.assert_allclose(predicted(other, "tf"), expected, rtol=1e-5, atol=1e-6)
    with h5py.File(path, "r+") as file:
        del file.attrs["backend"]
        name = next(n for n in file["model_weights"] if n.startswith("convolution"))
        kernel = file["model_weights"][name][f"{name}_W:0"]
        kernel[...] = kernel[...][:, :, ::-1, ::-1]
    again = load_model(path, original_backend="theano")
    np.testing.assert_allclose(predicted(again, "th"), expected, rtol=1e-5, atol=1e-6)


def test_kernels_turned_by_hand():
    model = made("th")
    kernel = model.layers[1].get_weights()[0]
    convert_all_kernels_in_model(model)
    np.testing.assert_array_equal(model.layers[1].get_weights()[0], kernel[:, :, ::-1, ::-1])
    np.testing.assert_array_equal(convert_kernel(kernel, "th"), kernel[:, :, ::-1, ::-1])
    np.testing.assert_array_equal(convert_kernel(kernel, "tf"), kernel[::-1, ::-1])


@pytest.mark.parametrize("theano", [False, True])
def test_models_and_wrappers_inside(tmp_path, theano):
    def made(ordering):
        K.set_image_dim_ordering(ordering)
        th = ordering == "th"
        inner = Sequential([layers.Convolution2D(4, 3, 2, input_shape=(3, 6, 5) if th else (6, 5, 3))])
        inner.add(layers.BatchNormalization(axis=1 if th else -1))
        video = layers.Input((2, 3, 6, 5) if th else (2, 6, 5, 3))
        y = layers.TimeDistributed(layers.Convolution2D(2, 2, 2))(layers.TimeDistributed(inner)(video))
        return Model(video, layers.ConvLSTM2D(3, 2, 2, border_mode="same")(y))

    def given(ordering):
        video = np.stack([IMAGES, IMAGES[::-1] * 2], 1)
        return video if ordering == "tf" else np.moveaxis(video, -1, 2)

    path = str(tmp_path / "w.h5")
    first = made("th")
    first.save_weights(path)
    expected = np.moveaxis(first.predict(given("th")), 1, -1)
    if theano:
        flip_in_file(path, True)
    second = made("tf")
    second.load_weights(path, original_backend="theano" if theano else None)
    np.testing.assert_allclose(second.predict(given("tf")), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
def test_training_goes_on_with_flipped_kernels(tmp_path, optimizer):
    """What the optimizer keeps of a kernel is flipped with it."""
    from polykeras.v1.optimizers import SGD

    K.set_image_dim_ordering("tf")
    model = Sequential([layers.Convolution2D(3, 3, 2, input_shape=(6, 5, 3)), layers.Flatten(), layers.Dense(2)])
    model.compile(SGD(0.01, momentum=0.9) if optimizer == "sgd" else optimizer, "mse")
    y = np.ones((2, 2))
    for _ in range(3):
        model.train_on_batch(IMAGES, y)
    path = str(tmp_path / "m.h5")
    model.save(path)
    with h5py.File(path, "r+") as file:
        del file.attrs["backend"]
        turned = []

        def turn(name, item):
            if hasattr(item, "dtype") and item.ndim == 4:
                item[...] = item[...][::-1, ::-1]
                turned.append(name)

        file.visititems(turn)
    assert any(name.startswith("optimizer_weights") for name in turned)
    other = load_model(path, original_backend="theano")
    for _ in range(3):
        np.testing.assert_allclose(other.train_on_batch(IMAGES, y), model.train_on_batch(IMAGES, y), rtol=1e-4)

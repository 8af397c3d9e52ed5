"""Channels first gives what channels last gives, moved: results and gradients, on every backend, of Keras 1 and today."""

from functools import cache

import numpy as np
import pytest

from polykeras import config, optimizers, plugins
from polykeras import layers as modern
from polykeras import models as modern_models
from polykeras.scope import backend_scope
from polykeras.v1 import backend as K
from polykeras.v1 import layers, models

ALL = sorted(name for name in plugins.names() if not plugins.load(name).capabilities.slow)

IMAGE, VOLUME = (6, 7, 3), (4, 5, 6, 2)  # without samples, channels last

KERAS_1 = {
    "convolution2d": (IMAGE, lambda: layers.Convolution2D(4, 3, 2, border_mode="same", subsample=(2, 1))),
    "convolution2d full": (IMAGE, lambda: layers.Convolution2D(4, 3, 2, border_mode="full")),
    "convolution3d": (VOLUME, lambda: layers.Convolution3D(3, 2, 2, 3)),
    "atrous": (IMAGE, lambda: layers.AtrousConvolution2D(4, 2, 3, atrous_rate=(2, 2))),
    "separable": (IMAGE, lambda: layers.SeparableConvolution2D(4, 3, 3, depth_multiplier=2)),
    "max2d": (IMAGE, lambda: layers.MaxPooling2D((2, 3), border_mode="same")),
    "average2d": (IMAGE, lambda: layers.AveragePooling2D((2, 2), strides=(1, 2))),
    "max3d": (VOLUME, lambda: layers.MaxPooling3D((2, 2, 2))),
    "average3d": (VOLUME, lambda: layers.AveragePooling3D((2, 2, 2))),
    "global max": (IMAGE, lambda: layers.GlobalMaxPooling2D()),
    "global average": (IMAGE, lambda: layers.GlobalAveragePooling2D()),
    "up2d": (IMAGE, lambda: layers.UpSampling2D((2, 3))),
    "up3d": (VOLUME, lambda: layers.UpSampling3D((2, 1, 2))),
    "zeros2d": (IMAGE, lambda: layers.ZeroPadding2D((1, 2))),
    "zeros3d": (VOLUME, lambda: layers.ZeroPadding3D((1, 2, 0))),
    "crop2d": (IMAGE, lambda: layers.Cropping2D(((1, 2), (0, 1)))),
    "crop3d": (VOLUME, lambda: layers.Cropping3D(((1, 1), (0, 1), (2, 1)))),
    "local": (IMAGE, lambda: layers.LocallyConnected2D(2, 3, 3)),
    "normalization": (IMAGE, lambda: layers.BatchNormalization(axis=_channel_axis())),
}
TODAY = {
    "conv2d": (IMAGE, lambda f: modern.Conv2D(4, (3, 2), padding="same", data_format=f)),
    "conv3d": (VOLUME, lambda f: modern.Conv3D(3, (2, 2, 3), data_format=f)),
    "transposed": (IMAGE, lambda f: modern.Conv2DTranspose(4, (3, 2), strides=2, data_format=f)),
    "depthwise": (IMAGE, lambda f: modern.DepthwiseConv2D(3, depth_multiplier=2, data_format=f)),
    "max2d": (IMAGE, lambda f: modern.MaxPooling2D((2, 3), padding="same", data_format=f)),
    "average3d": (VOLUME, lambda f: modern.AveragePooling3D(2, data_format=f)),
    "up2d": (IMAGE, lambda f: modern.UpSampling2D((2, 3), interpolation="bilinear", data_format=f)),
    "zeros2d": (IMAGE, lambda f: modern.ZeroPadding2D(((1, 2), (0, 1)), data_format=f)),
    "crop3d": (VOLUME, lambda f: modern.Cropping3D((1, 0, 2), data_format=f)),
    "normalization": (IMAGE, lambda f: modern.BatchNormalization(axis=1 if f == "channels_first" else -1)),
}
STEPS = {
    "conv1d": lambda f: modern.Conv1D(4, 3, data_format=f),
    "transposed1d": lambda f: modern.Conv1DTranspose(4, 3, strides=2, data_format=f),
    "max1d": lambda f: modern.MaxPooling1D(2, data_format=f),
}


@pytest.fixture(autouse=True)
def same_ordering_afterwards():
    before = config.image_data_format()
    yield
    config.set_image_data_format(before)


def _channel_axis():
    return 1 if K.image_dim_ordering() == "th" else -1


def _first(x):
    return np.moveaxis(x, -1, 1)


def _last(x):
    return np.moveaxis(x, 1, -1) if x.ndim > 2 else x


def _th(name, w):
    """A weight as it is with channels first: kernels ``(*window, channels, filters)`` are (filters, channels, *window)."""
    if name == "local":  # a kernel of each place, whose window is one axis; a bias of each place
        if w.shape[1] != 27:
            return np.moveaxis(w, -1, 0).reshape(w.shape)  # of the shape that it has for channels last
        return np.moveaxis(w.reshape(-1, 3, 3, 3, w.shape[-1]), 3, 1).reshape(w.shape)
    return np.moveaxis(w, (-1, -2), (0, 1)) if w.ndim > 3 else w


def _samples(shape):
    return np.random.default_rng(0).normal(size=(2, *shape)).astype("float32")


def _weights(model):
    rng = np.random.default_rng(1)
    return [rng.uniform(0.1, 1.0, size=w.shape).astype("float32") for w in model.get_weights()]


@cache
def _keras_1(backend, ordering):
    """Outputs, in both phases, gradients by the inputs and by the weights: of all the layers, by one function."""
    with backend_scope(backend):
        K.set_image_dim_ordering(ordering)
        inputs, outputs, values, counts = [], [], [], {}
        for name, (shape, make) in KERAS_1.items():
            x = _samples(shape)
            moved = _first(x) if ordering == "th" else x
            K.set_image_dim_ordering("tf")
            weights = _weights(models.Sequential([_with_input(make(), shape)]))
            K.set_image_dim_ordering(ordering)
            model = models.Sequential([_with_input(make(), moved.shape[1:])])
            model.set_weights([_th(name, w) for w in weights] if ordering == "th" else weights)
            loss = K.sum(K.square(model.output))
            found = [model.output, *K.gradients(loss, [model.input, *model.trainable_weights])]
            inputs.append(model.input)
            outputs += found
            values.append(moved)
            counts[name] = len(found)
        run = K.function([*inputs, K.learning_phase()], outputs)
        results = [iter(run([*values, phase])) for phase in (0, 0, 1)]
        return {name: [[next(got) for _ in range(n)] for got in results] for name, n in counts.items()}


def _with_input(layer, shape):
    layer.batch_input_shape = (None, *shape)
    layer.input_dtype = "float32"
    return layer


@pytest.mark.parametrize("backend", ALL)
@pytest.mark.parametrize("name", KERAS_1)
def test_keras_1(name, backend):
    for ours, theirs in zip(_keras_1(backend, "th")[name], _keras_1("numpy", "tf")[name], strict=True):
        for i, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            got, expected = (_last(mine), other) if i < 2 else (mine, _th(name, other))
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


def _trained(backend, shape, make, form):
    """Outputs before and after a step of training with today's layer."""
    x = _samples(shape)
    moved = _first(x) if form == "channels_first" else x
    with backend_scope(backend):
        model = modern_models.Sequential([modern.Input(moved.shape[1:]), make(form)])
        model.set_weights(_weights(model))
        before = model.predict(moved, verbose=0)
        model.compile(optimizers.SGD(0.1), "mse")
        model.fit(moved, np.zeros_like(before), batch_size=2, verbose=0)
        return [_last(y) if form == "channels_first" else y for y in (before, model.predict(moved, verbose=0))]


@pytest.mark.parametrize("backend", ALL)
@pytest.mark.parametrize("name", [*TODAY, *STEPS])
def test_today(name, backend):
    shape, make = TODAY[name] if name in TODAY else ((7, 3), STEPS[name])
    expected = _trained("numpy", shape, make, "channels_last")
    for mine, theirs in zip(_trained(backend, shape, make, "channels_first"), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)

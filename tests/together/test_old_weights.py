"""Weights of Keras 1 with channels first and Theano's flipped kernels, in models with channels last, on every backend."""

from pathlib import Path

import numpy as np
import pytest

from polykeras import Sequential, layers
from polykeras.scope import backend_scope
from polykeras.v1 import backend as K
from polykeras.v1 import layers as old
from polykeras.v1.models import Sequential as OldSequential

h5py = pytest.importorskip("h5py")
IMAGES = np.random.default_rng(5).normal(size=(2, 6, 5, 3)).astype("float32")


def old_model(ordering):
    K.set_image_dim_ordering(ordering)
    shape = (3, 6, 5) if ordering == "th" else (6, 5, 3)
    return OldSequential([old.Convolution2D(4, 3, 2, input_shape=shape), old.Flatten(), old.Dense(2)])


@pytest.fixture(scope="module")
def old_file(tmp_path_factory):
    """A file as Theano's Keras would have written it, and what its model predicts."""
    path, before = str(tmp_path_factory.mktemp("old") / "w.h5"), K.image_dim_ordering()
    try:
        with backend_scope("numpy"):
            model = old_model("th")
            model.save_weights(path)
            expected = model.predict(np.moveaxis(IMAGES, -1, 1))
    finally:
        K.set_image_dim_ordering(before)
    with h5py.File(path, "r+") as file:
        del file.attrs["backend"]
        name = next(n for n in file if n.startswith("convolution"))
        kernel = file[name][f"{name}_W:0"]
        kernel[...] = kernel[...][:, :, ::-1, ::-1]
    return Path(path), expected


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax", "tensorflow"])
def test_old_models(backend, old_file):
    path, expected = old_file
    before = K.image_dim_ordering()
    try:
        with backend_scope(backend):
            for ordering in ("tf", "th"):
                model = old_model(ordering)
                model.load_weights(str(path), original_backend="theano")
                found = model.predict(IMAGES if ordering == "tf" else np.moveaxis(IMAGES, -1, 1))
                np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    finally:
        K.set_image_dim_ordering(before)


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax", "tensorflow"])
def test_todays_models(backend, old_file):
    path, expected = old_file
    with backend_scope(backend):
        model = Sequential([layers.Input((6, 5, 3)), layers.Conv2D(4, (3, 2)), layers.Flatten(), layers.Dense(2)])
        model.load_weights(path, original_backend="theano")
        np.testing.assert_allclose(model.predict(IMAGES, verbose=0), expected, rtol=1e-4, atol=1e-5)

"""The networks of `applications` on every backend: the same weights give the same features."""

from functools import cache

import numpy as np
import pytest

from polykeras import applications
from polykeras.scope import backend_scope
from polykeras.v1 import applications as old_applications

IMAGE = np.random.default_rng(0).normal(size=(1, 71, 71, 3)).astype("float32")


def made(module, name):
    size = 71 if name == "Xception" else 48
    model = getattr(module, name)(include_top=False, weights=None, input_shape=(size, size, 3))
    rng = np.random.default_rng(1)
    spread = [np.sqrt(2 / np.prod(w.shape[:-1])) if w.ndim > 1 else 0.1 for w in model.get_weights()]
    model.set_weights(
        [rng.normal(1.0 * (w.ndim == 1), s, w.shape) for w, s in zip(model.get_weights(), spread, strict=True)]
    )
    return model.predict(IMAGE[:, :size, :size], verbose=0)


@cache
def on_numpy(module, name):
    with backend_scope("numpy"):
        return made(module, name)


@pytest.mark.parametrize("backend", ["torch", "jax", "tensorflow"])
@pytest.mark.parametrize(
    ("module", "name"), [(applications, "Xception"), (old_applications, "VGG16")], ids=["xception", "keras1_vgg16"]
)
def test_features(backend, module, name):
    expected = on_numpy(module, name)
    with backend_scope(backend):
        found = made(module, name)
    assert expected.std() > 1e-3
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())

"""Models of full size without the memory for their weights."""

import numpy as np
import pytest

from polykeras.initializers.random_initializers import RandomInitializer
from polykeras.scope import current_backend
from polykeras.v1 import initializations


@pytest.fixture
def weightless(monkeypatch):
    """Random weights become one number seen many times, and nothing is copied."""

    def nothing(shape):
        return np.broadcast_to(np.float32(0), tuple(shape))

    monkeypatch.setattr(RandomInitializer, "__call__", lambda self, shape, dtype=None: nothing(shape))
    monkeypatch.setattr(initializations, "uniform", lambda shape, scale=0.05, name=None: nothing(shape))
    monkeypatch.setattr(type(current_backend()), "allocate", lambda self, x: x)


@pytest.fixture
def configured():
    """Sets the image format; the one of before comes back."""
    from polykeras import config

    before = config.image_data_format()
    yield config.set_image_data_format
    config.set_image_data_format(before)

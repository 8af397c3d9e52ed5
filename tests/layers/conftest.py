"""The layers' own tests run on NumPy, whatever the default backend is; `tests/together` runs them on the others."""

from collections.abc import Iterator

import pytest

from polykeras.scope import backend_scope


@pytest.fixture(autouse=True)
def on_numpy() -> Iterator[None]:
    """Make NumPy the default backend of the test."""
    with backend_scope("numpy"):
        yield

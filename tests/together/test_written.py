"""What users wrote for Keras 1, on the backends with a framework."""

import pytest

from polykeras import plugins
from polykeras.scope import backend_scope

OTHERS = sorted(n for n in plugins.names() if n != "numpy" and not plugins.load(n).capabilities.slow)


@pytest.mark.parametrize("backend", OTHERS)
def test_written(written, backend):
    with backend_scope(backend):
        written()

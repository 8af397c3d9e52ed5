"""Keras 1.2.2's own answers, from `polykeras.v1` on the backends with a framework."""

import pytest

from polykeras import config, plugins
from polykeras.scope import backend_scope

OTHERS = sorted(set(plugins.names()) - {"numpy"})


@pytest.fixture(autouse=True)
def same_ordering_afterwards():
    before = config.image_data_format()
    yield
    config.set_image_data_format(before)


@pytest.mark.parametrize("backend", OTHERS)
def test_golden(golden, backend):
    check, record = golden
    from golden.records import start_afresh

    with backend_scope(backend):
        start_afresh(record)
        check(record)

"""Keras 1.2.2's own answers, from `polykeras.v1` on NumPy."""

from collections import Counter

import pytest

from polykeras import config
from polykeras.scope import backend_scope


@pytest.fixture(autouse=True)
def same_ordering_afterwards():
    before = config.image_data_format()
    yield
    config.set_image_data_format(before)


def test_golden(golden):
    check, record = golden
    from golden.records import start_afresh

    with backend_scope("numpy"):
        start_afresh(record)
        check(record)


def test_every_record_is_asked():
    from golden.checks import pairs
    from golden.records import all_records

    records = all_records()
    assert len(records) == 349 + 232 + 102 + 3
    asked = {record.id for _, record in pairs(records)}
    assert asked == {record.id for record in records}
    kinds = Counter(check.__name__ for check, _ in pairs(records))
    assert sum(kinds.values()) == 949

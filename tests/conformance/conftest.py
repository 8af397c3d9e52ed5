"""A faulty backend to try the suite on."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import wrong


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    """A folder with the module of a faulty backend, where its known failures would be kept."""
    return wrong.make(tmp_path)

"""The page on Keras 1 is true: its code runs, and the names that it lists as different are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from polykeras.errors import ArgumentError
from polykeras.v1 import backend as K


def test_the_code_of_the_page(run_page: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    before = K.image_dim_ordering()
    try:
        run_page("keras1.md", "numpy", blocks=3)
    finally:
        K.set_image_dim_ordering(before)


def test_sessions_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"K\.function"):
        K.get_session()
    with pytest.raises(ArgumentError, match="no TensorFlow session"):
        K.set_session(None)

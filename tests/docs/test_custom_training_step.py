"""The page on training steps is true: its code runs, on every backend that is installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import polykeras as pk
from polykeras import plugins
from polykeras.scope import backend_scope

PAGE = Path(__file__).parents[2] / "docs" / "custom-training-step.md"


@pytest.mark.parametrize("backend", sorted(set(plugins.names()) - {"lists", "array_api_strict"}))
def test_the_code_of_the_page(backend: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    assert len(blocks) == 4
    names: dict[str, object] = {"__name__": "page"}
    with backend_scope(backend):
        pk.set_random_seed(0)
        for block in blocks:
            line = text[: block.start(1)].count("\n")
            exec(compile("\n" * line + block[1], PAGE.name, "exec"), names)

"""The scripts of `examples/tutorial/` run on NumPy, with `polykeras` and with `polykeras.v1`, in a small setting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from polykeras.scope import backend_scope

FOLDER = Path(__file__).parent.parent.parent / "examples" / "tutorial"


def test_a_section(tutorial: Any) -> None:
    with backend_scope("numpy"):
        tutorial.check()


def test_each_is_listed_in_the_readme() -> None:
    listed = re.findall(r"\| \[(\w+)\.py\]", (FOLDER / "README.md").read_text())
    assert sorted(listed) == sorted(path.stem for path in FOLDER.glob("*.py"))

"""The scripts of `examples/` run on NumPy, in a small setting, and do what they say. `tests/together` runs them elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from polykeras.scope import backend_scope

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def test_it_does_what_it_says(example: Any) -> None:
    with backend_scope("numpy"):
        results = example.run()
    assert example.holds(results), results


def test_each_is_listed_in_the_readme() -> None:
    listed = re.findall(r"^\| \[(\w+)\.py\]", (EXAMPLES / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in EXAMPLES.glob("*.py"))

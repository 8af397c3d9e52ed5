"""The scripts of `examples/`, each on one of the other backends, in turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from polykeras import plugins
from polykeras.scope import backend_scope

OTHERS = [n for n in sorted(plugins.names()) if plugins.load(n).capabilities.native_gradients]
"""The frameworks."""
NAMES = sorted(path.stem for path in (Path(__file__).parent.parent.parent / "examples").glob("*.py"))


def test_it_does_what_it_says_elsewhere(example: Any) -> None:
    with backend_scope(OTHERS[NAMES.index(example.name) % len(OTHERS)]):
        results = example.run()
    assert example.holds(results), results

"""The scripts of `examples/tutorial/`, each on one of the other backends, in turn."""

from __future__ import annotations

from typing import Any

from polykeras import plugins
from polykeras.scope import backend_scope

OTHERS = sorted(set(plugins.names()) - {"numpy"})


def test_a_section_elsewhere(tutorial: Any) -> None:
    with backend_scope(OTHERS[(len(tutorial.name) + len(tutorial.package)) % len(OTHERS)]):
        results = tutorial.run()
    assert tutorial.holds(results), results

"""The scripts of `examples/tutorial/` on the frameworks, with `polykeras` and with `polykeras.v1`, in a small setting.

The short ones run on each framework; the long ones, which compile a dozen models each, in turn, so that every framework has
one of them with each of the two packages.
"""

from __future__ import annotations

from typing import Any

from polykeras import plugins
from polykeras.scope import backend_scope

FRAMEWORKS = [n for n in sorted(plugins.names()) if plugins.load(n).capabilities.native_gradients]
LONG = ("sequential", "functional", "what_a_filter_sees")


def test_a_section_elsewhere(tutorial: Any) -> None:
    frameworks = FRAMEWORKS
    if tutorial.name in LONG:
        turn = LONG.index(tutorial.name) + (tutorial.package == "polykeras")
        frameworks = [FRAMEWORKS[turn % len(FRAMEWORKS)]]
    for backend in frameworks:
        with backend_scope(backend):
            tutorial.check()

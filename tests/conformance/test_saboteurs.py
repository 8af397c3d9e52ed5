"""The conformance suite can fail: each saboteur is caught by the test that it names. The honest adapter passes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polykeras import plugins
from polykeras_conformance.generation import run_named

from .numeric_saboteurs import NUMERIC
from .saboteurs import SABOTEURS, Plugin, Saboteur

ALL = [*SABOTEURS, *NUMERIC]


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """The saboteurs can be loaded by name inside this module."""
    plugin = Plugin(ALL)
    plugins.register(plugin)
    yield
    plugins.unregister(plugin)


@pytest.mark.parametrize("saboteur", ALL, ids=lambda s: s.name)
def test_caught(saboteur: Saboteur) -> None:
    """The named test fails on the saboteur and passes on the adapter that it was made from."""
    run_named(plugins.load("numpy"), saboteur.caught_by)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run_named(plugins.load(f"saboteur-{saboteur.name}"), saboteur.caught_by)


def test_enough_of_them() -> None:
    """Saboteurs have names of their own, and touch every part of the suite."""
    assert len({s.name for s in ALL}) == len(ALL) >= 25
    files = {s.caught_by.partition("::")[0] for s in ALL}
    assert len(files) >= 12, files


def test_unknown_name() -> None:
    """A saboteur that names a test that does not exist would not count as caught."""
    for name in ("test_values.py::test_value[nothing-0-float32]", "test_values.py::test_nothing"):
        with pytest.raises(LookupError):
            run_named(plugins.load("numpy"), name)

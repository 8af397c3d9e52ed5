"""How pytest runs the suite: the backend under test, the levels, the known failures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from polykeras import config as settings
from polykeras import plugins
from polykeras.backend import Backend
from polykeras.errors import PolykerasError
from polykeras.scope import backend_scope
from polykeras_conformance import cases, known_failures

_CHOSEN = pytest.StashKey[Backend]()
_UNMATCHED = pytest.StashKey[list[str]]()


def _backend(config: pytest.Config) -> Backend:
    """The backend that was asked for; loaded once, when the first test of the suite is collected."""
    if _CHOSEN not in config.stash:
        cases.amount = next((n for n in ("quick", "thorough") if config.getoption(f"--{n}")), "normal")
        # Nobody's configuration file has a say in the results.
        settings.set_floatx("float32")
        settings.set_image_data_format("channels_last")
        settings.set_epsilon(1e-7)
        name = config.getoption("--backend") or os.environ.get("KERAS_BACKEND") or "numpy"
        try:
            config.stash[_CHOSEN] = plugins.load(name)
        except PolykerasError as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    return config.stash[_CHOSEN]


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """The backend under test, made the default one."""
    with backend_scope(_backend(request.config)) as chosen:
        yield chosen


@pytest.fixture
def unmatched_known_failures(request: pytest.FixtureRequest) -> list[str]:
    """Entries of the adapter's list that name no test. Skips unless the whole suite was collected."""
    if _UNMATCHED not in request.config.stash:
        pytest.skip("only part of the suite was collected")
    return request.config.stash[_UNMATCHED]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per case, for the functions marked as `generated`."""
    make = getattr(metafunc.function, "cases", None)
    if make is not None:
        metafunc.parametrize("case", make(_backend(metafunc.config)), ids=lambda case: case.id)


@pytest.hookimpl(tryfirst=True)  # before -k and -m take tests away
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out levels that are not asked for; expect the known failures to fail."""
    here = Path(__file__).parent
    ours = [item for item in items if item.path.parent == here]
    if not ours:
        return
    backend = _backend(config)
    entries = known_failures.read(backend)
    unmatched = {entry.test for entry in entries}
    levels = config.getoption("--level") or backend.capabilities.levels
    left_out = set()
    for item in ours:
        item.add_marker(pytest.mark.filterwarnings("ignore:.* encountered in:RuntimeWarning"))  # infinities are meant
        level = item.get_closest_marker("level")
        if level is None or level.args[0] not in levels:
            left_out.add(item)
        for entry in entries:
            if entry.matches(f"{item.path.name}::{item.name}"):
                unmatched.discard(entry.test)
                item.add_marker(pytest.mark.xfail(reason=entry.reason, strict=True))
    if {item.path for item in ours} == set(here.glob("test_*.py")) and not any("::" in a for a in config.args):
        config.stash[_UNMATCHED] = sorted(unmatched)
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]

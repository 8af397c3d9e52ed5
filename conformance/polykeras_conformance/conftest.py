"""How pytest runs the suite: the backend under test, the levels, the known failures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

import pytest

from polykeras import config as settings
from polykeras import plugins
from polykeras.backend import Backend
from polykeras.errors import PolykerasError
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope
from polykeras_conformance import cases, known_failures, report, score
from polykeras_conformance.generation import spread_out


class _Selection(TypedDict):
    """What was chosen to be run, for the score card."""

    amount: str
    levels: list[str]
    complete: bool  # all of the levels, by the command line
    selected: int  # so many tests


_HERE = Path(__file__).parent
_CHOSEN = pytest.StashKey[Backend]()
_UNMATCHED = pytest.StashKey[list[str]]()
_SELECTION = pytest.StashKey[_Selection]()


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
        found = make(_backend(metafunc.config))
        count = metafunc.function.quick if cases.amount == "quick" else None
        if count is not None and cases.compiles_each_op(_backend(metafunc.config)):
            count = -(-count // 3)
        metafunc.parametrize("case", spread_out(found, count), ids=lambda case: case.id)


@pytest.hookimpl(tryfirst=True)  # before -k and -m take tests away
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out levels that are not asked for, and tests without a case; expect the known failures to fail."""
    ours = [item for item in items if item.path.parent == _HERE]
    if not ours:
        return
    backend = _backend(config)
    entries = known_failures.read(backend)
    unmatched = {entry.test for entry in entries}
    levels = config.getoption("--level") or backend.capabilities.levels
    left_out = set()
    for item in ours:
        item.add_marker(pytest.mark.filterwarnings("ignore:.* encountered in:RuntimeWarning"))  # infinities are meant
        marker = item.get_closest_marker("level")
        level = None if marker is None else marker.args[0]
        slow = item.get_closest_marker("slow") is not None and cases.amount == "quick"
        if level not in levels or slow or _has_no_case(item):
            left_out.add(item)
        item.user_properties += [("level", level), ("area", _area(item))]  # for the score card
        for entry in entries:
            if entry.matches(f"{item.path.name}::{item.name}"):
                unmatched.discard(entry.test)
                item.add_marker(pytest.mark.xfail(reason=entry.reason, strict=True))
    whole = {item.path for item in ours} == set(_HERE.glob("test_*.py")) and not any("::" in a for a in config.args)
    if whole and cases.amount != "quick":
        config.stash[_UNMATCHED] = sorted(unmatched)
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    chosen = config.getoption("keyword") or config.getoption("markexpr") or config.getoption("deselect")
    config.stash[_SELECTION] = _Selection(
        amount=cases.amount,
        levels=list(levels),
        complete=bool(whole and not chosen),
        selected=sum(item.path.parent == _HERE for item in items),
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say what was tested, for the score card."""
    config = session.config
    if config.getoption("--report") and _SELECTION in config.stash:
        selection = config.stash[_SELECTION]
        report.hand_over(config, {"backend": score.describe(_backend(config)), **selection})


def _has_no_case(item: Any) -> bool:
    """Whether the test stands for an empty list of cases, which pytest would report as skipped."""
    spec = getattr(item, "callspec", None)
    return spec is not None and "case" in spec.params and not hasattr(spec.params["case"], "id")


def _area(item: Any) -> str:
    """The area of the op that a test is about, or nothing."""
    spec = getattr(item, "callspec", None)
    op = getattr(spec.params.get("case"), "op", None) if spec is not None else None
    op = REGISTRY.get(op, None) if isinstance(op, str) else op
    return "" if op is None else score.area_of(op)

"""Collecting the results of a run for score cards, also when they come from several processes.

The process that writes the card need not have loaded the backend: one that ran tests says what the backend is.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from polykeras_conformance import score
from polykeras_conformance.score import FAILED, KNOWN, PASSED, SKIPPED, Result

SUFFIXES = (".html", ".json")
DESCRIPTION = pytest.StashKey[dict[str, Any]]()
"""What the process that ran the tests says of the backend and of what was selected."""
_FROM_WORKER = "polykeras_description"
_LONGEST = 1500  # of a message, in characters


def check_path(path: str) -> None:
    """Raises ValueError if no report can be written there; better before the tests than after them."""
    file = Path(path)
    if file.suffix not in SUFFIXES:
        raise ValueError(f"a report is a file ending in {' or '.join(SUFFIXES)}, got {path!r}")
    if not file.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {str(file.absolute().parent)!r} for the report {path!r}")


def write(path: str | Path, cards: Sequence[Mapping[str, Any]]) -> None:
    """One card, or a comparison of several, as a page or as JSON by the suffix; replaces the file in one step."""
    file = Path(path)
    if file.suffix == ".html":
        from polykeras_conformance.score_comparison import comparison_page
        from polykeras_conformance.score_page import card_page

        text = card_page(cards[0]) if len(cards) == 1 else comparison_page(cards)
    else:
        data = cards[0] if len(cards) == 1 else {"schema": score.COMPARISON_SCHEMA, "cards": list(cards)}
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    handle, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(name, 0o644)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def read(path: str | Path) -> list[dict[str, Any]]:
    """The cards in a JSON report: one, or those of a comparison. Raises ValueError if it is none."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as a score card: {error}") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema == score.SCHEMA:
        return [data]
    if schema == score.COMPARISON_SCHEMA:
        return list(data["cards"])
    raise ValueError(f"{path} is no score card of this version: its schema is {schema!r}, not {score.SCHEMA!r}")


class Collector:
    """The pytest plugin behind ``--report``: one in the process that the user started."""

    def __init__(self, config: pytest.Config, paths: Sequence[str]) -> None:
        self.config = config
        self.paths = paths
        self.results: dict[str, Result] = {}
        self.description: dict[str, Any] | None = None
        self.start = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what a test came to; a failure of its setup or of what follows it is a failure."""
        outcome, message = _outcome(report)
        if report.when == "call" or outcome != PASSED:
            name = _short(report.nodeid)
            known = dict(report.user_properties)
            self.results[name] = Result(
                name, outcome, str(known.get("level", "")), str(known.get("area", "")), message[:_LONGEST]
            )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot be collected is a failure."""
        if report.failed:
            self.results[report.nodeid] = Result(_short(report.nodeid), FAILED, "core", "", _message(report)[:_LONGEST])

    @pytest.hookimpl(optionalhook=True)  # of pytest-xdist
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker says of the backend."""
        said = getattr(node, "workeroutput", {}).get(_FROM_WORKER)
        self.description = said or self.description

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the reports, and say where."""
        description = self.config.stash.get(DESCRIPTION, None) or self.description
        terminalreporter.section("score card")
        if description is None:
            terminalreporter.write_line("No report is written: no test of the suite was run.")
            return
        made = self.card(description)
        for path in self.paths:
            write(path, [made])
        for level in made["levels"]:
            if level["run"]:
                counts = ", ".join(f"{level[o]} {o.replace('_', ' ')}" for o in score.OUTCOMES if level[o])
                terminalreporter.write_line(f"{level['name']:<10} {counts or 'no tests'}")
        terminalreporter.write_line(f"{made['backend']['name']} {made['verdict']}: {', '.join(self.paths)}")

    def card(self, description: Mapping[str, Any]) -> dict[str, Any]:
        """The score card of the results so far."""
        selected = description["selected"]
        return score.card(
            description["backend"],
            self.results.values(),
            amount=description["amount"],
            complete=description["complete"] and len(self.results) >= selected,
            seconds=time.monotonic() - self.start,
            command=_command(description),
            levels=description["levels"],
        )


def hand_over(config: pytest.Config, description: dict[str, Any]) -> None:
    """Say what was tested, to the `Collector` of this process or to that of the one that started it."""
    if hasattr(config, "workeroutput"):
        config.workeroutput[_FROM_WORKER] = description
    else:
        config.stash[DESCRIPTION] = description


def _command(description: Mapping[str, Any]) -> str:
    parts = ["polykeras conformance", description["backend"]["name"]]
    if description["amount"] != "normal":
        parts.append(f"--{description['amount']}")
    if set(description["levels"]) != set(description["backend"]["levels"]):
        parts += [f"--level {level}" for level in description["levels"]]
    return " ".join(parts)


def _short(nodeid: str) -> str:
    """The name of a test by which lists of known failures call it: without folders."""
    file, separator, rest = nodeid.partition("::")
    return f"{Path(file).name}{separator}{rest}"


def _outcome(report: pytest.TestReport) -> tuple[str, str]:
    if report.failed:
        return FAILED, _message(report)
    if not report.skipped:
        return PASSED, ""
    known = getattr(report, "wasxfail", None)
    if known is not None:
        return KNOWN, known.removeprefix("reason: ")
    return SKIPPED, report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""


def _message(report: Any) -> str:
    """What the exception said, without the traceback."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message if crash is not None else report.longrepr or "").strip()
    return text.removeprefix("AssertionError: ")

"""``polykeras conformance NAME...`` and ``polykeras conformance --compare CARD...``: see `docs/score-card.md`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from polykeras import plugins
from polykeras.errors import ArgumentError


def run_conformance(names: Sequence[str], reports: Sequence[str] = (), pytest_args: Sequence[str] = ()) -> int:
    """Run the conformance suite with pytest on each of the backends, one after the other.

    Args:
        names: of backends. Of several, the reports are comparisons.
        reports: files to write score cards to, pages or JSON by their suffix.
        pytest_args: further arguments for pytest.

    Returns:
        The exit status of pytest; of several runs, the first that is not 0.
    """
    for name in names:
        plugins.load(name)  # an unknown or broken backend is said at once
    if find_spec("pytest") is None or find_spec("hypothesis") is None:
        print("The conformance suite needs pytest: python -m pip install 'polykeras[conformance]'", file=sys.stderr)
        return 1
    _check(reports)
    if len(names) == 1:
        return _run(names[0], reports, pytest_args)
    from polykeras_conformance import report

    with tempfile.TemporaryDirectory() as folder:
        cards = {name: Path(folder) / f"{i}.json" for i, name in enumerate(names)}
        statuses = [_run(name, [str(card)], pytest_args) for name, card in cards.items()]
        written = [card for card in cards.values() if card.is_file()]
        if written:
            _write(reports, [data for card in written for data in report.read(card)])
    return next((status for status in statuses if status), 0)


def compare_cards(cards: Sequence[str], reports: Sequence[str]) -> int:
    """Write a comparison of score cards that were kept as JSON; returns 0."""
    from polykeras_conformance import report

    if not reports:
        raise ArgumentError("--compare needs --report FILE, where the comparison is written.")
    _check(reports)
    try:
        _write(reports, [data for card in cards for data in report.read(card)])
    except ValueError as error:
        raise ArgumentError(f"--compare: {error}.") from None
    return 0


def _run(name: str, reports: Sequence[str], pytest_args: Sequence[str]) -> int:
    options = [part for path in reports for part in ("--report", path)]
    suite = ["-m", "pytest", "--pyargs", "polykeras_conformance", "--backend", name]
    return subprocess.run([sys.executable, *suite, *options, *pytest_args], check=False).returncode


def _check(reports: Sequence[str]) -> None:
    from polykeras_conformance import report

    for path in reports:
        try:
            report.check_path(path)
        except ValueError as error:
            raise ArgumentError(f"--report: {error}.") from None


def _write(reports: Sequence[str], cards: Sequence[dict[str, object]]) -> None:
    from polykeras_conformance import report

    for path in reports:
        report.write(path, cards)
        print(f"Written: {path}")

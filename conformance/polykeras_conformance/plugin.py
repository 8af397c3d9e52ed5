"""The suite's command-line options, registered with pytest through its entry point. Loads nothing else.

What runs the tests is in `polykeras_conformance.conftest`, which pytest reads when it collects this package.
"""

from __future__ import annotations

import pytest

LEVELS = ("core", "gradients", "compile", "devices", "training")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--backend``, ``--level``, ``--quick``, ``--thorough`` and ``--report``."""
    group = parser.getgroup("polykeras", "conformance of polykeras backends")
    group.addoption(
        "--backend",
        metavar="NAME",
        help="the polykeras backend to test; by default $KERAS_BACKEND, or numpy",
    )
    group.addoption(
        "--level",
        action="append",
        choices=LEVELS,
        help="test this level only; may be given several times. By default all levels that the backend declares",
    )
    group.addoption(
        "--quick",
        action="store_true",
        help="run the first sample of each op in one dtype, and less of everything else; under a minute",
    )
    group.addoption(
        "--thorough",
        action="store_true",
        help="run every sample in every dtype; takes long where each op is compiled",
    )
    group.addoption(
        "--report",
        action="append",
        metavar="FILE",
        help="write a score card, a page (.html) or data (.json); may be given several times",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Announce the markers of the suite; collect results if a report is wanted."""
    config.addinivalue_line("markers", "level(name): the level of conformance that a test belongs to")
    config.addinivalue_line("markers", "slow: left out by --quick")
    if config.getoption("--quick") and config.getoption("--thorough"):
        raise pytest.UsageError("--quick and --thorough exclude each other")
    paths = config.getoption("--report")
    if paths and not hasattr(config, "workerinput"):
        from polykeras_conformance import report

        for path in paths:
            try:
                report.check_path(path)
            except ValueError as error:
                raise pytest.UsageError(f"--report: {error}") from None
        config.pluginmanager.register(report.Collector(config, paths), "polykeras-report")

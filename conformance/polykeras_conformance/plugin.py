"""The suite's command-line options, registered with pytest through its entry point. Loads nothing else.

What runs the tests is in `polykeras_conformance.conftest`, which pytest reads when it collects this package.
"""

from __future__ import annotations

import pytest

LEVELS = ("core", "gradients", "compile", "devices", "training")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--backend``, ``--level`` and ``--thorough``."""
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
        help="run the first sample of each op in one dtype, and less of everything else",
    )
    group.addoption(
        "--thorough",
        action="store_true",
        help="run every sample in every dtype; takes long where each op is compiled",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Announce the marker that gives a test module its level."""
    config.addinivalue_line("markers", "level(name): the level of conformance that a test belongs to")

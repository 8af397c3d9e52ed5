"""``polykeras conformance NAME``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from polykeras import plugins


def run_conformance(name: str, pytest_args: Sequence[str] = ()) -> int:
    """Run the conformance suite on the backend `name` with pytest; returns its exit status."""
    plugins.load(name)  # an unknown or broken backend is said at once
    if find_spec("pytest") is None or find_spec("hypothesis") is None:
        print("The conformance suite needs pytest: python -m pip install 'polykeras[conformance]'", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "pytest", "--pyargs", "polykeras_conformance", "--backend", name, *pytest_args]
    return subprocess.run(command, check=False).returncode

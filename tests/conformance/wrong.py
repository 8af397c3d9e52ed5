"""A backend whose exp is wrong, and running the suite on it in a process of its own, as a third party would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BACKEND = '''
"""A backend whose exp is wrong, registered by hand."""

import numpy as np
from polykeras import plugins
from polykeras.backend import BackendSpec, Capabilities
from polykeras.plugins import hookimpl
from polykeras_numpy.backend import NumpyBackend


class Wrong(NumpyBackend):
    name = "wrong"
    capabilities = Capabilities(levels=("core", "devices"), scalars=True)
    kernels = {**NumpyBackend.kernels, "exp": lambda x: np.exp(x) + np.ones((), x.dtype)}


class Plugin:
    @hookimpl
    def polykeras_backends(self):
        return [BackendSpec("wrong", Wrong, ("numpy",), requires=("numpy",), install="no")]


plugins.register(Plugin())
'''


def make(folder: Path) -> Path:
    """Write the module of the backend into `folder`; its known failures are kept beside it."""
    (folder / "wrong_backend.py").write_text(BACKEND)
    return folder


def run(folder: Path, *args: str) -> tuple[int, str]:
    """Exit status and output of the suite on the backends that `folder` brings."""
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "pytest", "-p", "wrong_backend", "--pyargs", "polykeras_conformance", "-q", *args]
    environment = {**os.environ, "PYTHONPATH": path, "KERAS_HOME": str(folder)}
    result = subprocess.run(
        [*command, "-p", "no:cacheprovider"], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    return result.returncode, result.stdout + result.stderr


def known(folder: Path, *tests: str) -> None:
    """Write the adapter's list of known failures."""
    entries = [f'[[failure]]\ntest = "{test}"\nreason = "exp is wrong"\n' for test in tests]
    (folder / "known_failures.toml").write_text("\n".join(entries))

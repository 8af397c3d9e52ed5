"""The suite as a third party runs it: options, levels, known failures, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BACKEND = '''
"""A backend whose exp is wrong, registered by hand."""

import numpy as np
from polykeras import plugins
from polykeras.backend import BackendSpec, Capabilities
from polykeras.plugins import hookimpl
from polykeras_numpy.backend import NumpyBackend


class Wrong(NumpyBackend):
    name = "wrong"
    capabilities = Capabilities(levels=("core",), scalars=True)
    kernels = {**NumpyBackend.kernels, "exp": lambda x: np.exp(x) + np.ones((), x.dtype)}


class Plugin:
    @hookimpl
    def polykeras_backends(self):
        return [BackendSpec("wrong", Wrong, ("numpy",), install="no")]


plugins.register(Plugin())
'''


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    """A folder with the module of a faulty backend, where its known failures would be kept."""
    (tmp_path / "wrong_backend.py").write_text(BACKEND)
    return tmp_path


def run(folder: Path, *args: str) -> tuple[int, str]:
    """Exit status and output of the suite in a process of its own."""
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "pytest", "-p", "wrong_backend", "--pyargs", "polykeras_conformance", "-q", *args]
    environment = {**os.environ, "PYTHONPATH": path, "KERAS_HOME": str(folder)}
    result = subprocess.run(
        [*command, "-p", "no:cacheprovider"], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    return result.returncode, result.stdout + result.stderr


def known(folder: Path, *tests: str) -> None:
    """Write the adapter's list."""
    entries = [f'[[failure]]\ntest = "{test}"\nreason = "exp is wrong"\n' for test in tests]
    (folder / "known_failures.toml").write_text("\n".join(entries))


def test_failure_is_reported(adapter: Path) -> None:
    """The faulty op fails, its neighbour passes, and the message says what was expected."""
    status, output = run(adapter, "--backend", "wrong", "-k", "test_value[exp-0-float32] or test_value[sin-0-float32]")
    assert status == 1 and "1 failed, 1 passed" in output, output
    assert "expected" in output and "exp(" in output, output


def test_known_failures_are_strict(adapter: Path) -> None:
    """A listed test must fail; when it passes, the suite fails."""
    known(adapter, "test_values.py::test_value[exp-0-*]")
    status, output = run(adapter, "--backend", "wrong", "-k", "test_value[exp-0-")
    assert status == 0 and "xfailed" in output and "passed" not in output, output
    known(adapter, "test_values.py::test_value[sin-0-float32]")
    status, output = run(adapter, "--backend", "wrong", "-k", "test_value[sin-0-float32]")
    assert status == 1 and "XPASS(strict)" in output, output


def test_known_failures_name_tests(adapter: Path) -> None:
    """An entry that matches no test fails the suite, when all of it was collected."""
    known(adapter, "test_values.py::test_value[exp-*]", "test_values.py::test_value[expo-*]")
    status, output = run(adapter, "--backend", "wrong", "-k", "test_known_failures_name_tests", "-n", "2")
    assert status == 1 and "expo" in output, output
    known(adapter, "test_values.py::test_value[exp-*]")
    status, output = run(adapter, "--backend", "wrong", "-k", "test_known_failures_name_tests")
    assert status == 0 and "1 passed" in output, output


def test_malformed_list(adapter: Path) -> None:
    """A list with anything else in it, or without a reason, is refused."""
    (adapter / "known_failures.toml").write_text('[[failure]]\ntest = "test_values.py::*"\nreason = ""\n')
    status, output = run(adapter, "--backend", "wrong")
    assert status != 0 and "known_failures.toml" in output, output


def test_levels(adapter: Path) -> None:
    """Levels that the backend does not declare are left out; one can be asked for."""
    status, output = run(adapter, "--backend", "wrong", "--collect-only")
    assert status == 0 and "test_values.py" in output and "test_compile.py" not in output, output[-2000:]
    status, output = run(adapter, "--backend", "wrong", "--level", "devices")
    assert status == 0 and "test_values.py" not in output and "4 passed" in output, output[-2000:]


def test_unknown_backend(adapter: Path) -> None:
    """Said once, in a sentence."""
    status, output = run(adapter, "--backend", "wrog")
    assert status == pytest.ExitCode.USAGE_ERROR and "There is no backend named 'wrog'" in output, output


def test_plugin_is_light() -> None:
    """What pytest loads at every start imports neither NumPy nor polykeras."""
    code = "import sys, polykeras_conformance.plugin; print(sorted({'numpy', 'polykeras', 'scipy'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"

"""The suite as a third party runs it: options, levels, known failures, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .wrong import known, run


def test_failure_is_reported(adapter: Path) -> None:
    """The faulty op fails, its neighbour passes, and the message says what was expected."""
    status, output = run(adapter, "--backend", "wrong", "-k", "test_value[exp-0-float32] or test_value[sin-0-float32]")
    assert status == 1 and "1 failed, 1 passed" in output, output
    assert "expected" in output and "exp(" in output, output


def test_known_failures_are_strict(adapter: Path) -> None:
    """A listed test must fail; when it passes, the suite fails."""
    known(adapter, "test_values.py::test_value[exp-0-*]", "test_complex.py::test_value[exp-0-*]")
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


def test_quick(adapter: Path) -> None:
    """The quick run is part of the normal one, with a test for every op."""

    def collected(*options: str) -> set[str]:
        output = run(adapter, "--backend", "numpy", "--collect-only", *options)[1]
        return {line for line in output.splitlines() if "::" in line}

    quick, normal = collected("--quick"), collected()
    assert quick < normal and len(quick) < len(normal) / 2
    assert {_op_of(line) for line in quick if "::test_value[" in line} == {
        _op_of(line) for line in normal if "::test_value[" in line
    }


def _op_of(line: str) -> str:
    return line.partition("[")[2].partition("-")[0]


def test_amounts_exclude_each_other(adapter: Path) -> None:
    """Quick and thorough at once is a mistake."""
    status, output = run(adapter, "--quick", "--thorough")
    assert status == pytest.ExitCode.USAGE_ERROR and "exclude each other" in output, output


def test_unknown_backend(adapter: Path) -> None:
    """Said once, in a sentence."""
    status, output = run(adapter, "--backend", "wrog")
    assert status == pytest.ExitCode.USAGE_ERROR and "There is no backend named 'wrog'" in output, output


def test_plugin_is_light() -> None:
    """What pytest loads at every start imports neither NumPy nor polykeras."""
    code = "import sys, polykeras_conformance.plugin; print(sorted({'numpy', 'polykeras', 'scipy'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"

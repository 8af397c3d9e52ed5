"""The command line."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from polykeras.cli import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == version("polykeras")


def test_without_a_command_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    out = capsys.readouterr().out
    assert all(command in out for command in ("demo", "backends", "conformance"))


def test_backends_are_listed_with_versions_and_devices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backends"]) == 0
    out = capsys.readouterr().out
    assert "numpy" in out
    assert "cpu:0" in out
    assert "Default: numpy" in out


def test_one_epoch_of_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--epochs", "1", "--backend", "numpy"]) == 0
    out = capsys.readouterr().out
    assert "backend numpy" in out
    assert "Epoch 1/1" in out
    assert "Test accuracy 0." in out
    assert "samples per second" in out


@pytest.mark.parametrize("command", [["demo", "--backend", "nunpy"], ["conformance", "nunpy"]])
def test_an_unknown_backend(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("polykeras: There is no backend named 'nunpy'. Did you mean 'numpy'?")
    assert "Installed: " in said.err


@pytest.mark.parametrize("arguments", [["demo", "--epochs", "0"], ["demo", "--epochs", "many"], ["nonsense"]])
def test_a_wrong_command_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: polykeras" in capsys.readouterr().err


def test_an_unknown_backend_in_the_environment() -> None:
    environment = {**os.environ, "KERAS_BACKEND": "nunpy"}
    done = subprocess.run(
        [sys.executable, "-m", "polykeras", "demo"], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 1
    assert "There is no backend named 'nunpy'" in done.stderr
    assert "environment variable KERAS_BACKEND" in done.stderr
    assert "Traceback" not in done.stderr

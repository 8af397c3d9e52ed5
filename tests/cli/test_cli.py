"""The command line."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest

from polykeras import plugins
from polykeras.backend import BackendSpec
from polykeras.cli import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == version("polykeras")


def test_without_a_command_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    out = capsys.readouterr().out
    assert all(command in out for command in ("demo", "backends", "conformance"))


def test_backends_are_listed_with_versions_devices_and_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plugin:
        @plugins.hookimpl
        def polykeras_backends(self) -> list[BackendSpec]:
            return [BackendSpec("absent", lambda: _import("a_framework"), requires=("absent",), install="get absent")]

    def _import(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    own = plugins.specs()["numpy"]
    plugin = Plugin()
    monkeypatch.setattr(plugins, "specs", lambda: {"numpy": own, "absent": plugin.polykeras_backends()[0]})
    plugins.register(plugin)
    try:
        assert main(["backends"]) == 0
    finally:
        monkeypatch.undo()
        plugins.unregister(plugin)
    out = capsys.readouterr().out
    assert f"numpy {version('numpy')}" in out
    assert "cpu:0" in out
    assert "not installed: get absent" in " ".join(out.split())
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


def test_what_to_install_keeps_its_brackets(capsys, monkeypatch):
    """The extra in brackets would be markup to rich."""
    from polykeras import plugins
    from polykeras.backend import BackendSpec
    from polykeras.cli import main
    from polykeras.errors import BrokenBackendError

    spec = BackendSpec(name="far", load=lambda: None, requires=("no-such-distribution",), install="pip install 'far[all]'")

    def load(name):
        raise BrokenBackendError(f"{name} does not import")

    monkeypatch.setattr(plugins, "specs", lambda: {"far": spec})
    monkeypatch.setattr(plugins, "load", load)
    monkeypatch.setattr("polykeras.config.backend", lambda: "none")
    assert main(["backends"]) == 1
    assert "far[all]" in capsys.readouterr().out.replace("\n", "").replace(" ", "")

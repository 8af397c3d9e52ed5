"""The command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
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


# ---- polykeras conformance -------------------------------------------------------------------------------------------


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of pytest, which is not run: each run writes the card that it is asked for, and fails on torch."""
    found: list[list[str]] = []

    def run(command: list[str], check: bool) -> Any:
        found.append(command[command.index("--backend") + 1 :])
        name = found[-1][0]
        for path in (found[-1][i + 1] for i, part in enumerate(found[-1]) if part == "--report"):
            write(path, [_card(name)])
        return subprocess.CompletedProcess(command, int(name == "torch"))

    from polykeras_conformance.report import write

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(plugins, "load", lambda name: plugins.specs()[name])
    return found


def _card(name: str) -> dict[str, Any]:
    from polykeras_conformance import score

    results = [score.Result("test_values.py::test_value[exp-0-float32]", "passed", "core", "elementwise")]
    about = {
        "name": name, "distribution": {"name": "polykeras", "version": "1"}, "protocol": 1, "versions": {}, "install": "",
        "devices": ["cpu:0"], "dtypes": ["float32"], "levels": ["core"], "gradients": "tape", "compiled": "eager",
        "ops": {"primitives": 1, "kernels": 1, "composites": 1, "overrides": 0},
        "areas": {"elementwise": {"ops": 1, "kernels": 1, "overrides": 0}},
    }  # fmt: skip
    return score.card(about, results, amount="normal", complete=True, seconds=1, command="", levels=["core"])


def test_conformance_hands_its_options_to_pytest(commands: list[list[str]]) -> None:
    line = [
        "conformance",
        "numpy",
        "--quick",
        "--level",
        "core",
        "--level",
        "devices",
        "-n",
        "2",
        "-k",
        "exp or sin",
        "-x",
    ]
    assert main(line) == 0
    assert commands == [
        ["numpy", "--level", "core", "--level", "devices", "--quick", "-n", "2", "-k", "exp or sin", "-x"]
    ]


def test_conformance_writes_reports(commands: list[list[str]], tmp_path: Path) -> None:
    page, data = str(tmp_path / "card.html"), str(tmp_path / "card.json")
    assert main(["conformance", "numpy", "--report", page, "--report", data]) == 0
    assert commands == [["numpy", "--report", page, "--report", data]]


def test_several_backends_are_compared(
    commands: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, data = tmp_path / "all.html", tmp_path / "all.json"
    status = main(["conformance", "numpy", "torch", "jax", "--report", str(page), "--report", str(data), "-n", "2"])
    assert status == 1  # torch's
    assert [c[0] for c in commands] == ["numpy", "torch", "jax"] and all(c[-2:] == ["-n", "2"] for c in commands)
    assert "3 backends compared" in page.read_text()
    assert [c["backend"]["name"] for c in json.loads(data.read_text())["cards"]] == ["numpy", "torch", "jax"]
    assert str(page) in capsys.readouterr().out
    again = tmp_path / "again.html"
    assert main(["conformance", "--compare", str(data), "--report", str(again)]) == 0
    assert again.read_text() == page.read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["numpy", "--report", "card.pdf"], "'card.pdf'"),
        (["numpy", "--report", "no-such-folder/card.html"], "no-such-folder"),
        (["--compare", "no-such-card.json", "--report", "page.html"], "no-such-card.json"),
        (["--compare", "card.json"], "--report"),
    ],
)
def test_conformance_refuses(
    arguments: list[str], says: str, commands: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conformance", *arguments]) == 1
    said = capsys.readouterr().err
    assert said.startswith("polykeras: ") and says in said and not commands


@pytest.mark.parametrize(
    "arguments",
    [
        ["conformance"],
        ["conformance", "numpy", "--compare", "card.json"],
        ["conformance", "numpy", "--quick", "--thorough"],
    ],
)
def test_a_wrong_command_line_of_conformance(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: polykeras conformance" in capsys.readouterr().err


def test_what_to_install_keeps_its_brackets(capsys, monkeypatch):
    """The extra in brackets would be markup to rich."""
    from polykeras import plugins
    from polykeras.backend import BackendSpec
    from polykeras.cli import main
    from polykeras.errors import BrokenBackendError

    spec = BackendSpec(
        name="far", load=lambda: None, requires=("no-such-distribution",), install="pip install 'far[all]'"
    )

    def load(name):
        raise BrokenBackendError(f"{name} does not import")

    monkeypatch.setattr(plugins, "specs", lambda: {"far": spec})
    monkeypatch.setattr(plugins, "load", load)
    monkeypatch.setattr("polykeras.config.backend", lambda: "none")
    assert main(["backends"]) == 1
    assert "far[all]" in capsys.readouterr().out.replace("\n", "").replace(" ", "")

"""What `fit` and `evaluate` show on a terminal and elsewhere."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers
from polykeras.callbacks import progress

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")

X = np.zeros((64, 3), "float32")
LINE = r"Epoch {}/2 - 6 steps - \S+ - \S+/step - loss: 0\.0000 - mae: 0\.0000 - val_loss: 0\.0000 - val_mae: 0\.0000"

SCRIPT = """
import sys, time
import numpy as np
import polykeras as pk
from polykeras import layers
x = np.zeros((64, 3), "float32")
model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae"])
class Slow(pk.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        time.sleep(0.03)
        if "interrupt" in sys.argv and batch == 4:
            raise KeyboardInterrupt
verbose = sys.argv[1] if sys.argv[1] == "auto" else int(sys.argv[1])
try:
    model.fit(x, x[:, :1], batch_size=8, epochs=2, validation_split=0.25, callbacks=[Slow()], verbose=verbose)
    model.evaluate(x, x[:, :1], verbose=verbose)
    model.predict(x, batch_size=16, verbose=verbose)
except KeyboardInterrupt:
    print("interrupted")
"""


def _on_a_terminal(*arguments: str, **environment: str) -> str:
    """What the script writes to a terminal of 60 columns."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "COLUMNS": "60", "TERM": "xterm", "KERAS_BACKEND": "numpy", **environment}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env
    )
    os.close(theirs)
    written = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([ours], [], [], 0.5)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            written += piece
        elif process.poll() is not None:
            break
    os.close(ours)
    assert process.wait(10) == 0, written.decode()
    return written.decode().replace("\r\n", "\n")


def _as_seen(text: str) -> list[str]:
    """The lines that stay: what a carriage return with an erased line leaves."""
    return [line.rsplit("\r\x1b[K", 1)[-1] for line in text.rstrip("\n").split("\n")]


def test_a_bar_on_a_terminal() -> None:
    text = _on_a_terminal("auto")
    seen = _as_seen(text)
    assert len(seen) == 4
    for epoch, line in enumerate(seen[:2], 1):
        assert re.fullmatch(
            rf"Epoch {epoch}/2 6/6 ━{{20}} \S+ \S+/step - loss: 0\.0000 - mae: 0\.0000 - val_loss: 0\.0000 - val_mae: 0\.0000",
            line,
        )
    assert seen[2] == "loss: 0.0000 - mae: 0.0000"
    assert re.fullmatch(r"4/4 ━{20} \S+ \S+/step", seen[3])
    frames = [frame for frame in text.split("\r\x1b[K") if "\n" not in frame]
    assert all(len(frame) < 60 for frame in frames)  # none wraps: it could not be drawn anew
    assert "Epoch 1/2 0/6 " + "─" * 20 in text
    assert any(re.match(r"Epoch 1/2 [1-5]/6 ━+─+ loss: 0\.0000", frame) for frame in frames)


@pytest.mark.parametrize(
    ("verbose", "display"),
    [("auto", "Bar"), (1, "Bar"), (True, "Bar"), (2, "Lines"), (0, "Progress"), (False, "Progress")],
)
def test_what_is_shown_on_a_terminal(verbose: Any, display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert type(progress.make_progress(verbose, 1, 1, testing=False)).__name__ == display


def test_an_interrupt_leaves_the_bar_on_a_line_of_its_own() -> None:
    seen = _as_seen(_on_a_terminal("1", "interrupt"))
    assert len(seen) == 2
    assert re.match(r"Epoch 1/2 [1-5]/6 ", seen[0])
    assert seen[1] == "interrupted"


def test_a_terminal_without_those_characters_gets_others() -> None:
    seen = _as_seen(_on_a_terminal("1", PYTHONIOENCODING="ascii", PYTHONUTF8="0"))
    assert re.match(r"Epoch 1/2 6/6 ={20} ", seen[0])


def _fit(capsys: pytest.CaptureFixture[str], verbose: Any) -> list[str]:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(X, X[:, :1], batch_size=8, epochs=2, validation_split=0.25, verbose=verbose)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("verbose", ["auto", 1, 2])
def test_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str], verbose: Any) -> None:
    lines = _fit(capsys, verbose)
    assert len(lines) == 2
    for epoch, line in enumerate(lines, 1):
        assert re.fullmatch(LINE.format(epoch), line)


def test_silence_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert _fit(capsys, 0) == []


def test_evaluate_prints_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.evaluate(X, X[:, :1])
    assert capsys.readouterr().out == "loss: 0.0000\n"
    model.evaluate(X, X[:, :1], verbose=0)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5e-5, "25us"), (0.0123, "12ms"), (3.14, "3.1s"), (75, "1:15min"), (3600, "60:00min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert progress.format_seconds(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5000"), (0.0, "0.0000"), (1e-5, "1.0000e-05"), (1234.5, "1234.5000"), (float("nan"), "nan")],
)
def test_numbers(value: float, text: str) -> None:
    assert progress.format_logs({"loss": value}) == f"loss: {text}"


def test_logs_are_fetched_only_when_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = progress.Bar(1, 100)
    now = [100.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    fetched: list[int] = []

    def logs(step: int) -> Callable[[], dict[str, float]]:
        return lambda: fetched.append(step) or {"loss": 1.0}

    bar.begin_epoch(0)
    for step in range(1, 31):
        now[0] += progress.REFRESH_SECONDS / 10
        bar.advance(step, logs(step))
    assert 2 <= len(fetched) <= 4
    bar.close()


def test_predict_shows_how_many_batches_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
    model.predict(X, batch_size=20, verbose=0)
    assert capsys.readouterr().out == ""
    model.predict(X, batch_size=20)
    assert re.fullmatch(r"4 steps - \S+ - \S+/step\n", capsys.readouterr().out)

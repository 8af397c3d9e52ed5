"""The tutorial for authors of backends is true: its files are written, its commands run, their output compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-backend.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
INSTALL = "python -m pip install --no-deps --no-build-isolation --editable ."


@dataclass(frozen=True)
class Step:
    """A file to write, or a command with what it prints, in which ``...`` stands for anything."""

    line: int
    title: str
    text: str
    is_file: bool


def steps(page: str) -> Iterator[Step]:
    """The page's blocks in order, commands one by one."""
    for block in BLOCK.finditer(page):
        language, title, text = block.groups()
        line = page[: block.start()].count("\n") + 1
        if title:
            yield Step(line, title, text, True)
        else:
            assert language == "console", f"line {line}: a block must be a file with a title, or a console"
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield Step(line, command, output, False)


class Project:
    """The reader's folder, where the plugin counts as installed."""

    def __init__(self, root: Path) -> None:
        self.folder, self.site = root / "project", root / "site"
        self.folder.mkdir()
        paths = [str(self.site), str(self.folder / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("KERAS_", "POLYKERAS_", "PYTEST_"))
        }
        self.environment |= {
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONDONTWRITEBYTECODE": "1",  # files are replaced faster than the clock of bytecode ticks
            "KERAS_HOME": str(root / "home"),
            "COLUMNS": "120",
        }

    def write(self, name: str, text: str) -> None:
        """A file of the tutorial."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, command: str) -> tuple[int, str]:
        """Exit status and output of a command; instead of an editable installation, one in a folder of the test's own."""
        if command == INSTALL:
            status, output = self._shell(command.replace("--editable .", f"--target {self.site} ."))
            for copied in self.site.glob("polykeras_*/"):
                if copied.suffix != ".dist-info":
                    shutil.rmtree(copied)  # the metadata stays, the code is found in src, as when it is editable
            return status, output
        return self._shell(command)

    def _shell(self, command: str) -> tuple[int, str]:
        command = re.sub(r"^polykeras\b", "python -m polykeras", command)
        command = re.sub(r"^python\b", lambda _: f'"{sys.executable}"', command)
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=self.environment, text=True, timeout=900,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return done.returncode, done.stdout


def matches(output: str, shown: str) -> bool:
    """Whether the output is what is shown: ``...`` is anything, and blanks count as one."""
    parts = (r"\s+".join(map(re.escape, part.split())) for part in shown.split("..."))
    return re.fullmatch(r"\s*" + r"\s*.*?\s*".join(parts) + r"\s*", output, re.DOTALL) is not None


def test_matching() -> None:
    assert matches("a  b\nc\n", "a b c") and matches("1 failed, 20 passed in 3 s", "... 1 failed, ... passed...")
    assert not matches("a b c d", "a b c") and not matches("2 failed, 20 passed", "20 ...") and not matches("", "x")


def test_every_step(tmp_path: Path) -> None:
    """From an empty folder to the score card. A command fails only where the page shows an error or a failed test."""
    project = Project(tmp_path)
    done = list(steps(PAGE.read_text(encoding="utf-8")))
    assert sum(step.is_file for step in done) >= 8 and sum(not step.is_file for step in done) >= 8
    for step in done:
        if step.is_file:
            project.write(step.title, step.text)
            continue
        status, output = project.run(step.title)
        where = f"{PAGE.name}:{step.line}: $ {step.title}\n"
        assert matches(output, step.text), f"{where}shown:\n{step.text}\nprinted:\n{output[-6000:]}"
        fails = "Error" in step.text or " failed" in step.text
        assert (status != 0) == fails, f"{where}exit status {status}\n{output[-6000:]}"
    card = (project.folder / "card.html").read_text(encoding="utf-8")
    assert "ledger" in card and "<html" in card and not re.search(r"<(script|link)[^>]+(src|href)=.https?:", card)


def test_the_page_is_the_whole_backend() -> None:
    """What the reader has written at the end is small."""
    files = {step.title: step.text for step in steps(PAGE.read_text(encoding="utf-8")) if step.is_file}
    python = [text for name, text in files.items() if name.startswith("src/") and name.endswith(".py")]
    assert 100 < sum(text.count("\n") for text in python) < 250

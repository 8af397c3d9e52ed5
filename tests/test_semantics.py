"""The tables of edge cases in the documentation: complete, linked, and about operations that exist."""

from __future__ import annotations

import re
from fnmatch import filter
from pathlib import Path

import pytest

from polykeras import ops
from polykeras.ops import recurrence
from polykeras.ops.registry import REGISTRY

KNOWN = {*REGISTRY, *dir(ops), *dir(ops.image), *dir(recurrence)}
DOCS = Path(__file__).parents[1] / "docs"
TOPICS = sorted((DOCS / "semantics").glob("*.md"))


def test_every_topic_is_linked() -> None:
    """The overview leads to each table, and to nothing else."""
    linked = re.findall(r"\]\((semantics/[^)]+)\)", (DOCS / "semantics.md").read_text(encoding="utf-8"))
    assert sorted(linked) == [f"semantics/{path.name}" for path in TOPICS]


def rows(path: Path) -> list[list[str]]:
    """The cells of the rows of the tables whose first column is `op`."""
    found, inside = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("|") else []
        inside = bool(cells) and (inside or cells[0] == "op")
        if inside and cells[0] != "op" and set(cells[0]) - set("-: "):
            found.append(cells)
    return found


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_rows_are_about_operations(path: Path) -> None:
    """Each row has four cells, and its first names operations that there are, or says which ones it means."""
    assert rows(path)
    for cells in rows(path):
        assert len(cells) == 4, cells
        described = cells[0].startswith(("layers", "ops that ", "the same"))
        assert described or any(filter(KNOWN, name) for name in re.findall(r"[a-z_0-9*]+", cells[0])), cells

"""Medians, paired ratios, the printed table and the JSON file."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from benchmarks import workloads
from benchmarks.processes import RESULTS, ROOT

Run = Mapping[str, Any]
FIGURES = ("wall_ms", "cpu_ms", "import_s", "build_s", "first_step_s", "first_epoch_s", "peak_mb", "loss")


def summarise(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """One row for each (workload, backend, system), in the order of their first run.

    A ratio is the median over the repeats of the quotient of two neighbouring runs, so that a slow moment of the
    machine hits both. ``vs_native`` refers to the first native variant, ``vs_best`` to the fastest native loop
    that calls the framework once a step, ``vs_keras3`` to Keras 3.
    """
    rows: list[dict[str, Any]] = []
    for workload, backend, system in dict.fromkeys(_key(run) for run in runs):
        group = {run["repeat"]: run for run in runs if _key(run) == (workload, backend, system)}
        row: dict[str, Any] = {"workload": workload, "backend": backend, "system": system, "repeats": len(group)}
        row |= {figure: statistics.median(run[figure] for run in group.values()) for figure in FIGURES}
        cpu = [run["cpu_ms"] for run in group.values()]
        row["cpu_spread"] = (max(cpu) - min(cpu)) / row["cpu_ms"]
        rows.append(row)
    for row in rows:
        for label, reference in _references(row, rows).items():
            for clock in ("cpu_ms", "wall_ms"):
                row[f"{label}_{clock[:-3]}"] = _paired(runs, row, reference, clock)
        peers = [other["loss"] for other in rows if other["workload"] == row["workload"]]
        middle = statistics.median(peers)
        row["loss_differs"] = abs(row["loss"] - middle) > 0.3 * abs(middle)
    return rows


def print_table(rows: Sequence[Mapping[str, Any]], notes: Iterable[str]) -> None:
    """The rows as a table on stdout, and the notes (what was skipped or failed) under it."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if os.isatty(1) else 160)
    for workload in dict.fromkeys(row["workload"] for row in rows):
        table = Table(title=f"{workload}: milliseconds a step", box=box.SIMPLE_HEAD)
        for name in ("backend", "system"):
            table.add_column(name, no_wrap=True)
        for name in ("CPU ms", "spread", "wall ms", "× native", "× best", "× keras3"):
            table.add_column(name, justify="right", no_wrap=True)
        for name in ("import s", "1st step s", "1st epoch s", "peak MB", "loss"):
            table.add_column(name, justify="right", style="dim")
        mine = [row for row in rows if row["workload"] == workload]
        for index, row in enumerate(mine):
            last = index + 1 == len(mine) or mine[index + 1]["backend"] != row["backend"]
            table.add_row(*_cells(row), end_section=last)
        console.print(table)
    for note in notes:
        console.print(short(note), style="yellow", soft_wrap=True)


def short(note: str) -> str:
    """The first and the last line of a note, for the terminal; the JSON file has all of it."""
    from rich.markup import escape

    first, *rest = note.splitlines()
    return escape(" ".join([first, *rest[-1:]]))


def _cells(row: Run) -> list[str]:
    ratios = (row.get(f"vs_{name}_cpu") for name in ("native", "best", "keras3"))
    return [
        row["backend"],
        row["system"],
        f"{row['cpu_ms']:.3f}",
        f"{row['cpu_spread']:.0%}" if row["repeats"] > 1 else "",
        f"{row['wall_ms']:.3f}",
        *("" if ratio is None else f"{ratio:.2f}" for ratio in ratios),
        f"{row['import_s']:.2f}",
        f"{row['first_step_s']:.2f}",
        f"{row['first_epoch_s']:.2f}",
        f"{row['peak_mb']:.0f}",
        f"{row['loss']:.3f}" + (" ?" if row["loss_differs"] else ""),
    ]


def write_json(path: Path | None, settings: Mapping[str, Any], **content: Any) -> Path:
    """Write the settings, the machine, the commit and ``content``; by default to ``results/TIME.json``."""
    now = datetime.now(timezone.utc)
    path = path or RESULTS / f"{now:%Y-%m-%dT%H-%M-%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"created": now.isoformat(timespec="seconds"), "commit": _commit(), "machine": _machine()}
    document = {**head, "settings": dict(settings), **content}
    path.write_text(json.dumps(document, indent=1, default=str) + "\n")
    return path


def _key(run: Run) -> tuple[str, str, str]:
    return run["workload"], run["backend"], run["system"]


def _references(row: Run, rows: Sequence[Run]) -> dict[str, Run]:
    peers = {other["system"]: other for other in rows if _key(other)[:2] == _key(row)[:2]}
    workload = workloads.load(row["workload"])
    variants = [name for name in workload.native.get(row["backend"], ()) if f"native:{name}" in peers]
    native = [peers[f"native:{name}"] for name in variants]
    one_step = [peers[f"native:{name}"] for name in variants if name not in workload.epoch_calls]
    references = {}
    if native:
        references["vs_native"] = native[0]
    if one_step:
        references["vs_best"] = min(one_step, key=lambda other: float(other["cpu_ms"]))
    if "keras3" in peers:
        references["vs_keras3"] = peers["keras3"]
    return references


def _paired(runs: Sequence[Run], row: Run, reference: Run, clock: str) -> float | None:
    above = {run["repeat"]: run[clock] for run in runs if _key(run) == _key(row)}
    below = {run["repeat"]: run[clock] for run in runs if _key(run) == _key(reference)}
    quotients = [above[repeat] / below[repeat] for repeat in above if repeat in below]
    return statistics.median(quotients) if quotients else None


def _commit() -> str | None:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _machine() -> dict[str, Any]:
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"processor": processor, "cores": os.cpu_count(), "system": platform.system(), "load_at_end": load}

"""What benchmarks share that run several systems in turn in one process, and give ratios to the first of them."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import processes, report

System = TypeVar("System")
WARM_UP = 3
"""Rounds that are not counted."""


def cpu_times(runs: Mapping[System, Callable[[], Any]], repeats: int) -> dict[System, dict[str, float]]:
    """For each system ``ms``, the median of its CPU time, and ``ratio``, that of its quotients by the first one's."""
    times: dict[System, list[float]] = {system: [] for system in runs}
    for repeat in range(repeats + WARM_UP):
        for system, run in runs.items():
            start = time.process_time()
            run()
            if repeat >= WARM_UP:
                times[system].append((time.process_time() - start) * 1e3)
    first = next(iter(times.values()))
    return {
        system: {
            "ms": statistics.median(found),
            "ratio": statistics.median(a / b for a, b in zip(found, first, strict=True)),
        }
        for system, found in times.items()
    }


def print_table(rows: Sequence[dict[str, Any]], first: str, budget: float) -> None:
    """The rows, what `first` is called, and whether NumPy keeps to the budget."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="forward and backward, milliseconds of CPU time")
    labels = [name for name in rows[0] if name not in ("ms", "ratio")]
    for name in labels:
        table.add_column(name)
    for name in ("ms", f"× {first}"):
        table.add_column(name, justify="right")
    table.add_column(f"≤ {budget:.0f}")
    for row in rows:
        within = ("yes" if row["ratio"] <= budget else "[red]no[/red]") if row["system"] == "numpy" else ""
        table.add_row(*(row[name] for name in labels), f"{row['ms']:.1f}", f"{row['ratio']:.2f}", within)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def command(
    name: str,
    doc: str | None,
    subjects: Mapping[str, Sequence[str]],
    backends: Sequence[str],
    measure: Callable[[list[str], list[str], int], list[dict[str, Any]]],
    first: str,
    budget: float,
) -> int:
    """The command line ``python -m benchmarks.NAME``; returns its exit status.

    `subjects` has one entry, from the option's name to all that can be measured; `measure` takes some of these, backends and
    a number of repeats, and runs in a process of its own.
    """
    (option, known), *_ = subjects.items()
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(f"--{option}", nargs="+", default=list(known), choices=list(known))
    parser.add_argument("--backends", nargs="+", default=list(backends))
    parser.add_argument("--repeats", type=int, default=25)
    parser.add_argument("--core", default="auto", help="core to run on: a number, auto (the quietest) or none")
    parser.add_argument("--output", type=Path, help="the JSON file; default: benchmarks/results/TIME.json")
    parser.add_argument("--here", action="store_true", help="measure in this process and print JSON; for itself")
    options = parser.parse_args()
    chosen = getattr(options, option)
    if options.here:
        print(json.dumps({"rows": measure(chosen, options.backends, options.repeats)}))
        return 0
    arguments = ["-m", f"benchmarks.{name}", "--here", "--repeats", str(options.repeats)]
    arguments += [f"--{option}", *chosen, "--backends", *options.backends]
    try:
        with processes.pinned(processes.choose_core(options.core)):
            rows = processes.child(arguments, "numpy")["rows"]
    except processes.ChildError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    print_table(rows, first, budget)
    settings = {key: value for key, value in vars(options).items() if key not in ("output", "here")}
    print(report.write_json(options.output, {"benchmark": name, **settings}, results=rows))
    return 0

"""What the benchmarks of single calls share: a command line, a fresh process for each backend and system, and tables."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import processes, report, systems


def tables(
    results: list[dict[str, Any]], unit: str, columns: Sequence[str], rows: Callable[[Any, dict[str, Any]], None]
) -> None:
    """Print a table for each backend and system, or why there is none; `rows` fills it from what was measured."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160)
    for result in results:
        title = f"{result['system']} on {result['backend']}: {unit}"
        if "skipped" in result:
            console.print(report.short(f"{title}: {result['skipped']}"), style="yellow", soft_wrap=True)
            continue
        table = Table(columns[0], title=title)
        for name in columns[1:-1]:
            table.add_column(name, justify="right")
        table.add_column(columns[-1], no_wrap=True, max_width=80)
        rows(table, result)
        console.print(table)


def add_row(table: Any, name: str, times: dict[str, Any], keys: Sequence[str], digits: int, budget: float) -> None:
    """The times under `keys`, the last of which is the overhead, and whether that is within the budget; or the error."""
    if "error" in times:
        table.add_row(name, *("" for _ in keys), times["error"])
        return
    within = "yes" if times[keys[-1]] <= budget else "[red]no[/red]"
    table.add_row(name, *(f"{times[key]:.{digits}f}" for key in keys), within)


def run(
    name: str,
    description: str | None,
    measured: str,
    backends: Sequence[str],
    default_backends: Sequence[str],
    measure: Callable[[str, str, int], dict[str, Any]],
    print_table: Callable[[list[dict[str, Any]]], None],
) -> int:
    """The command ``python -m benchmarks.NAME``. Returns its exit status.

    Args:
        name: of the module.
        description: its docstring.
        measured: the key under which `measure` returns the times.
        backends, default_backends: what can be asked for, and what is measured unless something is.
        measure: ``f(system, backend, repeats)``, called in a process of its own.
        print_table: shows the results.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backends", nargs="+", default=list(default_backends), choices=list(backends))
    parser.add_argument("--systems", nargs="+", default=["polykeras"], choices=list(systems.PACKAGES))
    parser.add_argument("--repeats", type=int, default=25)
    parser.add_argument("--core", default="auto", help="core to run on: a number, auto (the quietest) or none")
    parser.add_argument("--output", type=Path, help="the JSON file; default: benchmarks/results/TIME.json")
    parser.add_argument("--here", action="store_true", help="measure in this process and print JSON; for itself")
    options = parser.parse_args()

    if options.here:
        try:
            result = measure(options.systems[0], options.backends[0], options.repeats)
        except systems.NotInstalledError as missing:
            result = {"skipped": str(missing)}
        print(json.dumps(result))
        return 0

    results = []
    failed = False
    for backend in options.backends:
        for system in options.systems:
            arguments = ["-m", f"benchmarks.{name}", "--here", "--backends", backend, "--systems", system]
            try:
                with processes.pinned(processes.choose_core(options.core)):
                    result = processes.child([*arguments, "--repeats", str(options.repeats)], backend)
            except processes.ChildError as error:
                result, failed = {"skipped": f"failed: {error}"}, True
            failed = failed or any("error" in times for times in result.get(measured, {}).values())
            results.append({"system": system, "backend": backend, **result})
    print_table(results)
    settings = {key: value for key, value in vars(options).items() if key not in ("output", "here")}
    print(report.write_json(options.output, {"benchmark": name, **settings}, results=results))
    return 1 if failed else 0

"""Measure polykeras at two commits side by side, in fresh processes in turn, and print the second over the first.

python -m benchmarks.compare main~5 main
python -m benchmarks.compare v0.1 HEAD --workloads mlp_small lstm --backends numpy torch --repeats 7
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import processes, report, systems, workloads

SYSTEM = "polykeras"


@contextlib.contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A worktree of that commit, with the present benchmarks, for a while. `ValueError` if there is no such commit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tree"
        command = ["git", "worktree", "add", "--detach", str(path), commit]
        done = subprocess.run(command, cwd=processes.ROOT, capture_output=True, text=True)
        if done.returncode:
            raise ValueError(f"{commit}: {done.stderr.strip()}")
        try:
            shutil.rmtree(path / "benchmarks", ignore_errors=True)  # both are measured by the present ones
            (path / "benchmarks").symlink_to(processes.ROOT / "benchmarks")
            yield path
        finally:
            subprocess.run(
                ["git", "worktree", "remove", "--force", str(path)],
                cwd=processes.ROOT,
                capture_output=True,
                check=False,
            )


def measure(tree: Path, workload: str, backend: str, timeout: float) -> dict[str, Any]:
    """One run with the packages of `tree`."""
    arguments = ["-m", "benchmarks.measure", "--workload", workload, "--backend", backend, "--system", SYSTEM]
    paths = [tree, tree / "backends"]
    return processes.child(arguments, backend, timeout, paths=paths)


def compare(
    trees: tuple[Path, Path], jobs: list[tuple[str, str]], repeats: int, timeout: float
) -> list[dict[str, Any]]:
    """A row for each workload and backend, with the medians of both and of their paired quotients."""
    rows = []
    for workload, backend in jobs:
        pairs = []
        for repeat in range(repeats):
            order = (0, 1) if repeat % 2 == 0 else (1, 0)  # neither is always the first
            runs: dict[int, Any] = {i: measure(trees[i], workload, backend, timeout) for i in order}
            if any("skipped" in run for run in runs.values()):
                break
            pairs.append((runs[0], runs[1]))
        if not pairs:
            continue
        row: dict[str, Any] = {"workload": workload, "backend": backend, "repeats": len(pairs)}
        for figure in ("cpu_ms", "first_step_s", "peak_mb"):
            before, after = ([run[figure] for run in side] for side in zip(*pairs, strict=True))
            row[figure] = [statistics.median(before), statistics.median(after)]
            row[f"{figure}_ratio"] = statistics.median(b / a for a, b in zip(before, after, strict=True))
        rows.append(row)
    return rows


def print_table(rows: list[dict[str, Any]], commits: tuple[str, str]) -> None:
    """CPU time of a step at both commits, and the quotients."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"milliseconds of CPU time a step: {commits[0]} and {commits[1]}")
    for name in ("workload", "backend"):
        table.add_column(name)
    for name in (*commits, "ratio", "1st step", "peak memory"):
        table.add_column(name, justify="right")
    for row in rows:
        before, after = row["cpu_ms"]
        table.add_row(
            row["workload"], row["backend"], f"{before:.3f}", f"{after:.3f}",
            *(f"{row[f'{figure}_ratio']:.2f}" for figure in ("cpu_ms", "first_step_s", "peak_mb")),
        )  # fmt: skip
    Console().print(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", help="a commit, branch or tag")
    parser.add_argument("after", nargs="?", default="HEAD")
    parser.add_argument("--workloads", nargs="+", default=workloads.names(), choices=workloads.names())
    parser.add_argument("--backends", nargs="+", default=list(systems.BACKENDS), choices=systems.BACKENDS)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--core", default="auto", help="core to run on: a number, auto (the quietest) or none")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that one process may take")
    parser.add_argument("--output", type=Path, help="the JSON file; default: benchmarks/results/TIME.json")
    options = parser.parse_args()
    jobs = [(workload, backend) for workload in options.workloads for backend in options.backends]
    try:
        with (
            checked_out(options.before) as before,
            checked_out(options.after) as after,
            processes.pinned(processes.choose_core(options.core)),
        ):
            rows = compare((before, after), jobs, options.repeats, options.timeout)
    except ValueError as error:
        parser.error(str(error))
    except processes.ChildError as error:
        print(error, file=sys.stderr)
        return 1
    print_table(rows, (options.before, options.after))
    settings = {key: value for key, value in vars(options).items() if key != "output"}
    print(report.write_json(options.output, settings, comparison=rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Measure systems side by side, print the table with ratios, write JSON and a picture.

python -m benchmarks.run
python -m benchmarks.run --workloads mlp_small --backends numpy jax --systems native polykeras --repeats 3
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import processes, report, systems, workloads
from benchmarks.picture import write_picture

Plan = list[tuple[str, str, str]]


def plan(names: list[str], backends: list[str], wanted: list[str]) -> Plan:
    """Every (workload, backend, system:variant) to measure, each once, in the order of one repeat."""
    every = (
        (name, backend, system)
        for name in names
        for backend in backends
        for spelling in wanted
        for system in systems.variants(spelling, backend, workloads.load(name))
    )
    return list(dict.fromkeys(every))


def measure_all(
    jobs: Plan, repeats: int, steps: int | None, core: str, timeout: float
) -> tuple[list[Any], list[str], bool]:
    """All jobs, ``repeats`` times over, each in a fresh process: the runs, notes, and whether one failed.

    A job that was skipped or has failed is not tried again.
    """
    from rich.progress import Progress

    runs: list[Any] = []
    dropped: dict[tuple[str, str, str], str] = {}
    failed = False
    with Progress(console=_stderr(), transient=True) as progress:
        task = progress.add_task("", total=repeats * len(jobs))
        for repeat in range(repeats):
            chosen = processes.choose_core(core)
            for job in jobs:
                progress.update(task, description=" ".join(job), advance=1)
                if job in dropped:
                    continue
                name, backend, system = job
                arguments = ["-m", "benchmarks.measure", "--workload", name, "--backend", backend]
                arguments += ["--system", system]
                arguments += ["--steps", str(steps)] if steps else []
                started = time.time()
                try:
                    with processes.pinned(chosen):
                        result = processes.child(arguments, backend, timeout)
                except processes.ChildError as error:
                    dropped[job] = f"failed: {error}"
                    failed = True
                    continue
                if "skipped" in result:
                    dropped[job] = f"skipped: {result['skipped']}"
                else:
                    runs.append({**result, "repeat": repeat, "core": chosen, "started": started})
    return runs, [f"{' '.join(job)} {reason}" for job, reason in dropped.items()], failed


def _stderr() -> Any:
    from rich.console import Console

    return Console(stderr=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", nargs="+", default=workloads.names(), choices=workloads.names())
    parser.add_argument("--backends", nargs="+", default=list(systems.BACKENDS), choices=systems.BACKENDS)
    parser.add_argument("--systems", nargs="+", default=list(systems.SYSTEMS), help="name or name:variant")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--steps", type=int, help="at least so many steps in a timed call of fit; by default the workload's own number"
    )
    parser.add_argument("--core", default="auto", help="core to run on: a number, auto (the quietest) or none")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that one process may take")
    parser.add_argument("--output", type=Path, help="the JSON file; default: benchmarks/results/TIME.json")
    options = parser.parse_args()

    try:
        jobs = plan(options.workloads, options.backends, options.systems)
    except ValueError as error:
        parser.error(str(error))
    if not jobs:
        parser.error("nothing to measure: none of these systems does these workloads on these backends")
    runs, notes, failed = measure_all(jobs, options.repeats, options.steps, options.core, options.timeout)
    rows = report.summarise(runs)
    report.print_table(rows, notes)
    settings = {key: value for key, value in vars(options).items() if key != "output"}
    written = report.write_json(options.output, settings, summary=rows, notes=notes, runs=runs)
    print(written)
    if rows:
        print(write_picture(rows, written.with_suffix(".png")))
    return 1 if failed or not runs else 0


if __name__ == "__main__":
    sys.exit(main())

"""What ``import polykeras`` costs over its base, in fresh processes, and which heavy modules it brings along.

    python -m benchmarks.import_time
    python -m benchmarks.import_time --base torch --packages polykeras keras

Each process imports the base (NumPy, or a framework) and then the package, with ``KERAS_BACKEND`` set to the base;
only the second import counts. One round to fill the caches is thrown away.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks import processes, report, systems

HEAVY = ("scipy", "h5py", "rich", "torch", "jax", "tensorflow")
BUDGET_MS = {"numpy": 150.0}
FRAMEWORK_BUDGET_MS = 200.0

CHILD = """
import sys, time
t0 = time.perf_counter()
import {base}
t1 = time.perf_counter()
before = set(sys.modules)
c1 = time.process_time()
t2 = time.perf_counter()
import {package}
t3 = time.perf_counter()
c2 = time.process_time()
new = set(sys.modules) - before
import json
heavy = [name for name in {heavy} if name in new]
print(json.dumps(dict(base_ms=(t1 - t0) * 1e3, import_ms=(t3 - t2) * 1e3, import_cpu_ms=(c2 - c1) * 1e3,
                      modules=len(new), heavy=heavy)))
"""


def measure(package: str, base: str, repeats: int, core: str) -> dict[str, Any]:
    """Medians over ``repeats`` processes, in milliseconds."""
    source = CHILD.format(base=base, package=package, heavy=HEAVY)
    with processes.pinned(processes.choose_core(core)):
        runs = [processes.child(["-c", source], base) for _ in range(repeats + 1)][1:]
    clocks = ("base_ms", "import_ms", "import_cpu_ms")
    medians = {key: statistics.median(run[key] for run in runs) for key in clocks}
    least = min(run["import_ms"] for run in runs)
    loaded = {key: runs[0][key] for key in ("modules", "heavy")}
    return {"package": package, "base": base, **medians, "least_ms": least, **loaded}


def print_table(results: list[dict[str, Any]]) -> None:
    """One line for each package."""
    from rich.console import Console
    from rich.table import Table

    table = Table("package", title="import over the base, milliseconds")
    for name in ("base", "base itself", "import", "CPU", "least", "modules", "budget"):
        table.add_column(name, justify="right")
    table.add_column("heavy modules it imports")
    for result in results:
        if "skipped" in result:
            table.add_row(result["package"], result["base"], *[""] * 6, report.short(result["skipped"]))
            continue
        budget = BUDGET_MS.get(result["base"], FRAMEWORK_BUDGET_MS)
        clocks = (f"{result[key]:.0f}" for key in ("base_ms", "import_ms", "import_cpu_ms", "least_ms"))
        heavy = ", ".join(result["heavy"]) or "none"
        table.add_row(result["package"], result["base"], *clocks, str(result["modules"]), f"≤ {budget:.0f}", heavy)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", nargs="+", default=["polykeras"], help="what to import: polykeras, keras")
    parser.add_argument("--base", default="numpy", choices=systems.BACKENDS, help="what is imported before")
    parser.add_argument("--repeats", type=int, default=21)
    parser.add_argument("--core", default="auto", help="core to run on: a number, auto (the quietest) or none")
    parser.add_argument("--output", type=Path, help="the JSON file; default: benchmarks/results/TIME.json")
    options = parser.parse_args()

    results: list[dict[str, Any]] = []
    failed = False
    for package in options.packages:
        try:
            for module in (options.base, package):
                systems.require(module)
            results.append(measure(package, options.base, options.repeats, options.core))
        except systems.NotInstalledError as missing:
            results.append({"package": package, "base": options.base, "skipped": str(missing)})
        except processes.ChildError as error:
            results.append({"package": package, "base": options.base, "skipped": f"failed: {error}"})
            failed = True
    print_table(results)
    settings = {key: value for key, value in vars(options).items() if key != "output"}
    print(report.write_json(options.output, {"benchmark": "import_time", **settings}, results=results))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

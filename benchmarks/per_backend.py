"""What the benchmarks share that measure polykeras alone: a command line, and a fresh process for each backend."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import processes, report, systems

Rows = list[dict[str, Any]]


def run(
    name: str,
    description: str | None,
    measure: Callable[..., Rows],
    print_table: Callable[[Rows], None],
    defaults: Mapping[str, Any],
) -> int:
    """The command ``python -m benchmarks.NAME``. Returns its exit status.

    Args:
        name: of the module, and of the JSON file in ``results/``.
        description: its docstring.
        measure: ``f(backend, **options)``, called in a process of its own.
        print_table: shows the rows of all backends.
        defaults: the options besides, with their default values.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backends", nargs="+", default=list(systems.BACKENDS), choices=systems.BACKENDS)
    for option, value in defaults.items():
        parser.add_argument(f"--{option}", type=type(value), default=value)
    parser.add_argument("--output", type=Path, default=processes.RESULTS / f"{name}.json")
    parser.add_argument("--here", action="store_true", help="measure in this process and print JSON; for itself")
    options = parser.parse_args()
    chosen = {option: getattr(options, option) for option in defaults}
    if options.here:
        systems.import_framework(options.backends[0])
        print(json.dumps({"rows": measure(options.backends[0], **chosen)}))
        return 0

    rows: Rows = []
    for backend in options.backends:
        try:
            systems.require(backend)
        except systems.NotInstalledError as missing:
            print(missing, file=sys.stderr)
            continue
        arguments = ["-m", f"benchmarks.{name}", "--here", "--backends", backend]
        for option, value in chosen.items():
            arguments += [f"--{option}", str(value)]
        with processes.pinned(processes.choose_core("auto")):
            rows += processes.child(arguments, backend)["rows"]
    print_table(rows)
    print(report.write_json(options.output, {"benchmark": name, **chosen}, rows=rows))
    return 0

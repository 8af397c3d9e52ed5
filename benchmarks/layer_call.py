"""What calling a layer costs over its `call`: ``layer(x)`` beside ``layer.call(x)``, eagerly, on tiny tensors.

    python -m benchmarks.layer_call
    python -m benchmarks.layer_call --backends torch --systems polykeras keras3

The layers are built and the tensors are the framework's own, float32, so nothing is made or converted. Each figure is
the least of many short timing loops, `call` and `__call__` in turn, in a fresh process for each backend and system.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import processes, report, systems
from benchmarks.op_overhead import loops_for

BUDGET_US = 8.0
LAYERS: dict[str, Callable[[Any], Any]] = {
    "Dense": lambda layers: layers.Dense(3),
    "Activation": lambda layers: layers.Activation("relu"),
    "Dropout": lambda layers: layers.Dropout(0.5),
    "Identity": lambda layers: layers.Identity(),
    "LayerNormalization": lambda layers: layers.LayerNormalization(),
    "BatchNormalization": lambda layers: layers.BatchNormalization(),
    "Add": lambda layers: layers.Add(),
    "LSTMCell": lambda layers: layers.LSTMCell(4),
}
"""How each layer is made from the package's module of layers."""


def measure(system: str, backend: str, repeats: int) -> dict[str, Any]:
    """In this process: for each layer the time of `call` and of `__call__` in microseconds, or what went wrong."""
    systems.import_framework(backend)
    systems.require(systems.PACKAGES[system])
    package = importlib.import_module(systems.PACKAGES[system])
    x = package.ops.convert_to_tensor(np.ones((2, 4), np.float32))
    arguments = {"Add": ([x, x],), "LSTMCell": (x, [x, x])}
    timings: dict[str, Any] = {}
    for name, make in LAYERS.items():
        try:
            layer, args = make(package.layers), arguments.get(name, (x,))
            layer(*args)
            names = {"call": layer.call, "layer": layer, "args": args}
            call, whole = timeit.Timer("call(*args)", globals=names), timeit.Timer("layer(*args)", globals=names)
            number = max(loops_for(call), 1)
            whole.timeit(20)
        except Exception as error:
            timings[name] = {"error": f"{type(error).__name__}: {error}"}
            continue
        call_s, whole_s = zip(*((call.timeit(number), whole.timeit(number)) for _ in range(repeats)))
        call_us, whole_us = min(call_s) / number * 1e6, min(whole_s) / number * 1e6
        timings[name] = {"call_us": call_us, "layer_us": whole_us, "overhead_us": whole_us - call_us}
    return {"system": system, "backend": backend, "layers": timings}


def print_table(results: list[dict[str, Any]]) -> None:
    """A table for each backend and system."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160)
    for result in results:
        title = f"{result['system']} on {result['backend']}: microseconds"
        if "skipped" in result:
            console.print(report.short(f"{title}: {result['skipped']}"), style="yellow", soft_wrap=True)
            continue
        table = Table("layer", title=title)
        for name in ("call", "__call__", "over call"):
            table.add_column(name, justify="right")
        table.add_column(f"≤ {BUDGET_US:.0f}", no_wrap=True, max_width=80)
        for name, times in result["layers"].items():
            if "error" in times:
                table.add_row(name, "", "", "", times["error"])
                continue
            within = "yes" if times["overhead_us"] <= BUDGET_US else "[red]no[/red]"
            table.add_row(name, *(f"{times[key]:.2f}" for key in ("call_us", "layer_us", "overhead_us")), within)
        console.print(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backends", nargs="+", default=["numpy", "torch"], choices=list(systems.BACKENDS))
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
            arguments = ["-m", "benchmarks.layer_call", "--here", "--backends", backend, "--systems", system]
            try:
                with processes.pinned(processes.choose_core(options.core)):
                    result = processes.child([*arguments, "--repeats", str(options.repeats)], backend)
            except processes.ChildError as error:
                result, failed = {"skipped": f"failed: {error}"}, True
            failed = failed or any("error" in times for times in result.get("layers", {}).values())
            results.append({"system": system, "backend": backend, **result})
    print_table(results)
    settings = {key: value for key, value in vars(options).items() if key not in ("output", "here")}
    print(report.write_json(options.output, {"benchmark": "layer_call", **settings}, results=results))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

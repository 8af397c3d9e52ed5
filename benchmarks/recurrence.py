"""Forward and backward of whole-sequence recurrent ops, beside PyTorch's own modules run eagerly.

    python -m benchmarks.recurrence
    python -m benchmarks.recurrence --cells lstm --backends numpy

Inputs are (32, 80, 64) float32, with 64 units; the loss is a weighted sum of all outputs, and gradients are taken by
inputs, kernels and biases. All systems are measured in one process with one thread, in turn; each figure is the median
of the CPU time, and each ratio the median of the quotients of neighbouring runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import processes, report, systems

BATCH, STEPS, SIZE = 32, 80, 64
GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1}
BUDGET = 4.0
REFERENCE = "torch.nn"


def arrays(cell: str) -> dict[str, Any]:
    """Inputs, kernels and bias, the weights of the loss, a mask that leaves out the ends of sequences."""
    random = np.random.default_rng(0)
    width = GATES[cell] * SIZE
    shapes = {
        "x": (BATCH, STEPS, SIZE),
        "kernel": (SIZE, width),
        "recurrent": (SIZE, width),
        "loss": (BATCH, STEPS, SIZE),
    }
    drawn = {name: random.normal(size=shape).astype("float32") for name, shape in shapes.items()}
    bias = np.zeros((2, width) if cell == "gru" else width, "float32")
    mask = np.arange(STEPS) < random.integers(STEPS // 4, STEPS + 1, (BATCH, 1))
    return drawn | {"kernel": drawn["kernel"] * 0.1, "recurrent": drawn["recurrent"] * 0.1, "bias": bias, "mask": mask}


def reference(cell: str, data: dict[str, Any]) -> Callable[[], Any]:
    """PyTorch's module; it has no masks, and runs all steps."""
    import torch

    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}[cell](
        SIZE, SIZE, batch_first=True
    )
    x, loss = torch.tensor(data["x"], requires_grad=True), torch.tensor(data["loss"])
    watched = [x, *module.parameters()]

    def run() -> Any:
        return torch.autograd.grad((module(x)[0] * loss).sum(), watched)

    return run


def polykeras(cell: str, data: dict[str, Any], backend: str, masked: bool, compiled: bool) -> Callable[[], Any]:
    """The op, differentiated by `ops.value_and_grad`."""
    from polykeras import ops, plugins

    engine = plugins.load(backend)
    tensors = {name: engine.convert(value, value.dtype.name) for name, value in data.items()}
    states = [engine.convert(np.zeros((BATCH, SIZE)), "float32")] * (2 if cell == "lstm" else 1)
    mask = tensors["mask"] if masked else None

    def loss(xs: Any) -> Any:
        x, *weights = xs
        return ops.sum(ops.multiply(getattr(ops, cell)(x, *states, *weights, mask)[0], tensors["loss"]))

    step: Any = ops.value_and_grad(loss)
    if compiled:
        step = engine.compile(step)
    xs = [tensors[name] for name in ("x", "kernel", "recurrent", "bias")]

    def run() -> Any:
        result = step(xs)
        engine.synchronize(result)
        return result

    return run


def measure(cells: list[str], backends: list[str], repeats: int) -> list[dict[str, Any]]:
    """In this process: for each cell and system milliseconds, and the ratio to the reference."""
    for framework in {"torch", *backends}:
        systems.import_framework(framework)
    rows = []
    for cell in cells:
        data = arrays(cell)
        runs = {(REFERENCE, "eager"): reference(cell, data)}
        for backend in backends:
            if backend in ("numpy", "torch"):
                runs[backend, "eager"] = polykeras(cell, data, backend, masked=False, compiled=False)
            runs[backend, "compiled"] = polykeras(cell, data, backend, masked=False, compiled=True)
            runs[backend, "compiled, masked"] = polykeras(cell, data, backend, masked=True, compiled=True)
        times: dict[Any, list[float]] = {system: [] for system in runs}
        for repeat in range(repeats + 3):  # three to warm up
            for system, run in runs.items():
                start = time.process_time()
                run()
                if repeat >= 3:
                    times[system].append((time.process_time() - start) * 1e3)
        first = times[REFERENCE, "eager"]
        for (system, how), found in times.items():
            ratio = statistics.median(a / b for a, b in zip(found, first, strict=True))
            rows.append({"cell": cell, "system": system, "how": how, "ms": statistics.median(found), "ratio": ratio})
    return rows


def print_table(rows: list[dict[str, Any]]) -> None:
    """The rows, and whether NumPy keeps to the budget."""
    from rich.console import Console
    from rich.table import Table

    table = Table("cell", "system", "", title="forward and backward, milliseconds of CPU time")
    for name in ("ms", "× torch.nn"):
        table.add_column(name, justify="right")
    table.add_column(f"≤ {BUDGET:.0f}")
    for row in rows:
        within = ("yes" if row["ratio"] <= BUDGET else "[red]no[/red]") if row["system"] == "numpy" else ""
        table.add_row(row["cell"], row["system"], row["how"], f"{row['ms']:.1f}", f"{row['ratio']:.2f}", within)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", nargs="+", default=list(GATES), choices=list(GATES))
    parser.add_argument("--backends", nargs="+", default=["numpy", "torch", "jax", "tensorflow"])
    parser.add_argument("--repeats", type=int, default=25)
    parser.add_argument("--core", default="auto", help="core to run on: a number, auto (the quietest) or none")
    parser.add_argument("--output", type=Path, help="the JSON file; default: benchmarks/results/TIME.json")
    parser.add_argument("--here", action="store_true", help="measure in this process and print JSON; for itself")
    options = parser.parse_args()
    if options.here:
        print(json.dumps({"rows": measure(options.cells, options.backends, options.repeats)}))
        return 0
    arguments = ["-m", "benchmarks.recurrence", "--here", "--repeats", str(options.repeats)]
    arguments += ["--cells", *options.cells, "--backends", *options.backends]
    try:
        with processes.pinned(processes.choose_core(options.core)):
            rows = processes.child(arguments, "numpy")["rows"]
    except processes.ChildError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    print_table(rows)
    settings = {key: value for key, value in vars(options).items() if key not in ("output", "here")}
    print(report.write_json(options.output, {"benchmark": "recurrence", **settings}, results=rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())

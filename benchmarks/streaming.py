"""Training on batches that are slow to come: elapsed time beside that of reading alone and of computing alone.

python -m benchmarks.streaming [--backends numpy torch] [--ms 3] [--repeats 3]

A generator waits `--ms` milliseconds before each batch, as one does that reads a file, for the model of the workload
`mlp`. With reading ahead an epoch takes as long as the slower of reading and computing; without, as both together.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

from benchmarks import per_backend
from benchmarks.workloads import mlp

STEPS = 100


def measure(backend: str, ms: float, repeats: int) -> list[dict[str, Any]]:
    """One row: milliseconds a batch of reading, of computing and of training on what is read."""
    keras = importlib.import_module("polykeras")
    x, y = mlp.data()
    model = mlp.keras_model(keras, {})
    batches = [(x[i : i + mlp.BATCH], y[i : i + mlp.BATCH]) for i in range(0, len(x), mlp.BATCH)]

    def given(seconds: float) -> Iterator[Any]:
        while True:
            for batch in batches:
                time.sleep(seconds)
                yield batch

    def read(seconds: float) -> None:
        for _, _ in zip(range(STEPS), given(seconds), strict=False):
            pass

    def fit(seconds: float) -> None:
        model.fit(given(seconds), steps_per_epoch=STEPS, epochs=1, verbose=0)

    seconds = ms / 1e3
    runs = {"reading": lambda: read(seconds), "computing": lambda: fit(0.0), "training": lambda: fit(seconds)}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(repeats + 1):
        for name, run in runs.items():
            started = time.perf_counter()
            run()
            if repeat:  # the first one compiles
                times[name].append((time.perf_counter() - started) * 1e3 / STEPS)
    row: dict[str, Any] = {name: statistics.median(found) for name, found in times.items()}
    return [{"backend": backend, **row, "ratio": row["training"] / max(row["reading"], row["computing"])}]


def print_table(rows: list[dict[str, Any]]) -> None:
    """Milliseconds a batch, and training over the slower of the other two."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="elapsed milliseconds a batch")
    table.add_column("backend")
    for name in ("reading", "computing", "training", "× the slower"):
        table.add_column(name, justify="right")
    for row in rows:
        figures = (row[name] for name in ("reading", "computing", "training", "ratio"))
        table.add_row(row["backend"], *(f"{figure:.2f}" for figure in figures))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(per_backend.run("streaming", __doc__, measure, print_table, {"ms": 3.0, "repeats": 3}))

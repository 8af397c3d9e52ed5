"""How the cost of a step grows with layers, features, batch and samples: CPU time, and Python's share of it.

python -m benchmarks.scale [--backends numpy torch] [--repeats 5] [--output FILE]

A dense model is trained at one size and at ten times that size in one respect; the other respects stay. Python's share
is what a step costs beyond its arithmetic: that of the same model with one feature and one sample a batch, where there
is no arithmetic to speak of. It is printed per step, and per layer, parameter (variable) or batch where these grow.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from typing import Any

from benchmarks import per_backend

BASE = {"layers": 4, "features": 64, "batch": 32, "samples": 1024}
FACTOR = 10
STEPS = 64


def step_ms(keras: Any, layers: int, features: int, batch: int, samples: int, repeats: int) -> tuple[float, float]:
    """Milliseconds of CPU time of a training step, and seconds of the first call: tracing and compiling."""
    import numpy as np

    model = keras.Sequential([keras.Input((features,)), *(keras.layers.Dense(features, "tanh") for _ in range(layers))])
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse")
    x = np.random.default_rng(1).normal(size=(samples, features)).astype("float32")
    started = time.process_time()
    model.fit(x, x, batch_size=batch, epochs=1, verbose=0)
    first = time.process_time() - started
    steps = -(-samples // batch)
    epochs = max(1, STEPS // steps)
    times = []
    for _ in range(repeats):
        started = time.process_time()
        model.fit(x, x, batch_size=batch, epochs=epochs, verbose=0)
        times.append((time.process_time() - started) * 1e3 / (steps * epochs))
    return statistics.median(times), first


def measure(backend: str, repeats: int) -> list[dict[str, Any]]:
    """A row for the base and for each respect in which the model or its data are made larger."""
    keras = importlib.import_module("polykeras")
    rows = []
    for respect in ("base", *BASE):
        sizes = {name: size * (FACTOR if name == respect else 1) for name, size in BASE.items()}
        ms, first = step_ms(keras, **sizes, repeats=repeats)
        # As many steps, layers and variables, and next to no arithmetic.
        bare = {**sizes, "features": 1, "batch": 1, "samples": sizes["samples"] // sizes["batch"]}
        python_ms, _ = step_ms(keras, **bare, repeats=repeats)
        rows.append({"backend": backend, "grown": respect, **sizes, "ms": ms, "python_ms": python_ms, "first_s": first})
    return rows


def print_table(rows: list[dict[str, Any]]) -> None:
    """Cost of a step, and Python's share, with the quotients by the base."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"a training step, and with {FACTOR} times the layers, features, batch or samples")
    for name in ("backend", "grown"):
        table.add_column(name)
    for name in ("CPU ms", "× base", "Python ms", "× base", "µs a layer", "µs a variable", "1st epoch s", "× base"):
        table.add_column(name, justify="right")
    for row in rows:
        base = next(r for r in rows if r["backend"] == row["backend"] and r["grown"] == "base")
        python_us = row["python_ms"] * 1e3
        table.add_row(
            row["backend"], row["grown"],
            f"{row['ms']:.3f}", f"{row['ms'] / base['ms']:.1f}",
            f"{row['python_ms']:.3f}", f"{row['python_ms'] / base['python_ms']:.1f}",
            f"{python_us / row['layers']:.1f}", f"{python_us / (2 * row['layers']):.1f}",
            f"{row['first_s']:.2f}", f"{row['first_s'] / base['first_s']:.1f}",
        )  # fmt: skip
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(per_backend.run("scale", __doc__, measure, print_table, {"repeats": 5}))

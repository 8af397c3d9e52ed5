"""What calling a layer costs over its `call`: ``layer(x)`` beside ``layer.call(x)``, eagerly, on tiny tensors.

    python -m benchmarks.layer_call
    python -m benchmarks.layer_call --backends torch --systems polykeras keras3

The layers are built and the tensors are the framework's own, float32, so nothing is made or converted. Each figure is
the least of many short timing loops, `call` and `__call__` in turn, in a fresh process for each backend and system.
"""

from __future__ import annotations

import importlib
import sys
import timeit
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import overheads, systems
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

    def rows(table: Any, result: dict[str, Any]) -> None:
        for name, times in result["layers"].items():
            overheads.add_row(table, name, times, ("call_us", "layer_us", "overhead_us"), 2, BUDGET_US)

    columns = ("layer", "call", "__call__", "over call", f"≤ {BUDGET_US:.0f}")
    overheads.tables(results, "microseconds", columns, rows)


def main() -> int:
    return overheads.run(
        "layer_call", __doc__, "layers", list(systems.BACKENDS), ["numpy", "torch"], measure, print_table
    )


if __name__ == "__main__":
    sys.exit(main())

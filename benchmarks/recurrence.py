"""Forward and backward of whole-sequence recurrent ops, beside PyTorch's own modules run eagerly.

    python -m benchmarks.recurrence
    python -m benchmarks.recurrence --cells lstm --backends numpy

Inputs are (32, 80, 64) float32, with 64 units; the loss is a weighted sum of all outputs, and gradients are taken by
inputs, kernels and biases. All systems are measured in one process with one thread, in turn; each figure is the median
of the CPU time, and each ratio the median of the quotients of neighbouring runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import systems
from benchmarks.paired import command, cpu_times

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
        for (system, how), found in cpu_times(runs, repeats).items():
            rows.append({"cell": cell, "system": system, "how": how, **found})
    return rows


def main() -> int:
    """See `benchmarks.paired.command`."""
    backends = ["numpy", "torch", "jax", "tensorflow"]
    return command("recurrence", __doc__, {"cells": list(GATES)}, backends, measure, "torch.nn", BUDGET)


if __name__ == "__main__":
    sys.exit(main())

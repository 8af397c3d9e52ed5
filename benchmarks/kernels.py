"""Forward and backward of convolution, pooling and embeddings, beside PyTorch run eagerly.

    python -m benchmarks.kernels
    python -m benchmarks.kernels --kernels conv2d max_pool --backends numpy

All systems are measured in one process with one thread, in turn; each figure is the median of the CPU time, and each
ratio the median of the quotients of neighbouring runs. PyTorch gets tensors in its own layout, channels first.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import processes, report, systems

BUDGET = 4.0
REFERENCE = "torch eager"
IMAGES = (32, 32, 32, 32)  # batch, height, width, channels


@dataclass(frozen=True)
class Case:
    """A function of float32 arrays, in polykeras and in PyTorch, and whether its arrays are images or kernels."""

    shapes: tuple[tuple[int, ...], ...]
    ops: Callable[..., Any]
    torch: Callable[..., Any]
    layout: str = "images"


def _torch_functions() -> Any:
    from torch.nn import functional

    return functional


def _ops() -> Any:
    from polykeras import ops

    return ops


def _last(name: str, *options: Any) -> Callable[..., Any]:
    return lambda *xs: getattr(_ops(), name)(*xs, *options, data_format="channels_last")


TOKENS = np.random.default_rng(1).integers(0, 10_000, (64, 128)).astype("int32")

CASES = {
    "conv2d": Case(
        (IMAGES, (3, 3, 32, 64)),
        _last("conv", 1, "same"),
        lambda x, k: _torch_functions().conv2d(x, k, padding=1),
    ),
    "conv2d_strided": Case(
        (IMAGES, (3, 3, 32, 64)),
        _last("conv", 2, "valid"),
        lambda x, k: _torch_functions().conv2d(x, k, stride=2),
    ),
    "depthwise_conv2d": Case(
        (IMAGES, (3, 3, 32, 1)),
        _last("depthwise_conv", 1, "same"),
        lambda x, k: _torch_functions().conv2d(x, k.transpose(0, 1), padding=1, groups=32),
    ),
    "conv2d_transpose": Case(
        (IMAGES, (2, 2, 16, 32)),
        _last("conv_transpose", 2),
        lambda x, k: _torch_functions().conv_transpose2d(x, k, stride=2),
    ),
    "max_pool": Case((IMAGES,), _last("max_pool", 2), lambda x: _torch_functions().max_pool2d(x, 2)),
    "average_pool": Case((IMAGES,), _last("average_pool", 2), lambda x: _torch_functions().avg_pool2d(x, 2)),
    "embedding": Case(
        ((10_000, 64),),
        lambda table: _ops().take(table, TOKENS, 0),
        lambda table: _torch_functions().embedding(_tokens(), table),
        layout="tables",
    ),
}


def _tokens() -> Any:
    import torch

    return torch.from_numpy(TOKENS)


def _channels_first(x: np.ndarray, layout: str) -> np.ndarray:
    """Images, or a kernel, in the order of PyTorch's axes."""
    if layout == "tables":
        return x
    return np.ascontiguousarray(x.transpose((0, 3, 1, 2) if x.shape == IMAGES else (3, 2, 0, 1)))


def reference(case: Case, arrays: Sequence[np.ndarray]) -> Callable[[], Any]:
    """The function in PyTorch, and its gradients by all arrays for a gradient of ones of the result."""
    import torch

    xs = [torch.tensor(_channels_first(x, case.layout), requires_grad=True) for x in arrays]
    ones = torch.ones_like(case.torch(*xs))
    return lambda: torch.autograd.grad(case.torch(*xs), xs, ones)


def polykeras(case: Case, arrays: Sequence[np.ndarray], backend: str) -> Callable[[], Any]:
    """The same in ops on `backend`."""
    from polykeras import ops, plugins

    engine = plugins.load(backend)
    xs = [engine.convert(x, "float32") for x in arrays]
    ones = ops.ones_like(case.ops(*xs))

    def run() -> Any:
        _, pullback = ops.vjp(case.ops, *xs)
        result = pullback(ones)
        engine.synchronize(result)
        return result

    return run


def measure(names: Sequence[str], backends: Sequence[str], repeats: int) -> list[dict[str, Any]]:
    """In this process: for each kernel and system milliseconds, and the ratio to the reference."""
    for framework in {"torch", *backends}:
        systems.import_framework(framework)
    random = np.random.default_rng(0)
    rows = []
    for name in names:
        case = CASES[name]
        arrays = [random.normal(size=shape).astype("float32") for shape in case.shapes]
        runs = {REFERENCE: reference(case, arrays)}
        runs |= {backend: polykeras(case, arrays, backend) for backend in backends}
        times: dict[str, list[float]] = {system: [] for system in runs}
        for repeat in range(repeats + 3):  # three to warm up
            for system, run in runs.items():
                start = time.process_time()
                run()
                if repeat >= 3:
                    times[system].append((time.process_time() - start) * 1e3)
        for system, found in times.items():
            ratio = statistics.median(a / b for a, b in zip(found, times[REFERENCE], strict=True))
            rows.append({"kernel": name, "system": system, "ms": statistics.median(found), "ratio": ratio})
    return rows


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    """The rows, and whether NumPy keeps to the budget."""
    from rich.console import Console
    from rich.table import Table

    table = Table("kernel", "system", title="forward and backward, milliseconds of CPU time")
    for name in ("ms", "× torch"):
        table.add_column(name, justify="right")
    table.add_column(f"≤ {BUDGET:.0f}")
    for row in rows:
        within = ("yes" if row["ratio"] <= BUDGET else "[red]no[/red]") if row["system"] == "numpy" else ""
        table.add_row(row["kernel"], row["system"], f"{row['ms']:.1f}", f"{row['ratio']:.2f}", within)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernels", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--backends", nargs="+", default=["numpy", "torch"])
    parser.add_argument("--repeats", type=int, default=25)
    parser.add_argument("--core", default="auto", help="core to run on: a number, auto (the quietest) or none")
    parser.add_argument("--output", type=Path, help="the JSON file; default: benchmarks/results/TIME.json")
    parser.add_argument("--here", action="store_true", help="measure in this process and print JSON; for itself")
    options = parser.parse_args()
    if options.here:
        print(json.dumps({"rows": measure(options.kernels, options.backends, options.repeats)}))
        return 0
    arguments = ["-m", "benchmarks.kernels", "--here", "--repeats", str(options.repeats)]
    arguments += ["--kernels", *options.kernels, "--backends", *options.backends]
    try:
        with processes.pinned(processes.choose_core(options.core)):
            rows = processes.child(arguments, "numpy")["rows"]
    except processes.ChildError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    print_table(rows)
    settings = {key: value for key, value in vars(options).items() if key not in ("output", "here")}
    print(report.write_json(options.output, {"benchmark": "kernels", **settings}, results=rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())

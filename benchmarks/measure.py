"""One measurement: one system, one backend, one workload, in this process; prints one line of JSON.

Run by `benchmarks.run` in a fresh process each time; the threads are fixed by the variables it sets.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import systems, workloads

MOST_CHUNKS = 5
CHUNK_BUDGET_S = 2.0


def measure(system: str, backend: str, name: str, steps: int | None = None) -> dict[str, Any]:
    """Train for a while to warm up, then in chunks of whole epochs with at least ``steps`` steps each;
    the workload gives the number by default.

    A chunk is one call of ``fit``. There are as many as fit into about two seconds, at least one and at most
    five, and the medians over them are returned, in milliseconds a step.
    """
    workload = workloads.load(name)
    package = systems.PACKAGES.get(system.partition(":")[0])
    clock = time.perf_counter
    begin = clock()
    version = systems.import_framework(backend)
    versions = {"python": platform.python_version(), backend: version}
    if package is not None:
        systems.require(package)
        versions[package] = getattr(importlib.import_module(package), "__version__", "unknown")
    imported = clock()
    x, y = workload.data()
    ready = clock()
    fit = systems.start(system, backend, name)
    built = clock()
    fit(x[: workload.batch], y[: workload.batch], 1)
    first_step = clock()
    fit(x, y, 1)
    first_epoch = clock()

    steps_per_epoch = math.ceil(len(x) / workload.batch)
    fit(x, y, math.ceil(workload.warm_up / steps_per_epoch))
    epochs = math.ceil((steps or workload.steps) / steps_per_epoch)
    wall: list[float] = []
    cpu: list[float] = []
    loss = math.nan
    started = clock()
    while not wall or (len(wall) < MOST_CHUNKS and clock() - started < CHUNK_BUDGET_S):
        wall_0, cpu_0 = clock(), time.process_time()
        result = fit(x, y, epochs)
        cpu_1, wall_1 = time.process_time(), clock()
        loss = loss if wall else result
        wall.append((wall_1 - wall_0) * 1e3 / (epochs * steps_per_epoch))
        cpu.append((cpu_1 - cpu_0) * 1e3 / (epochs * steps_per_epoch))
    return {
        "workload": name,
        "backend": backend,
        "system": system,
        "wall_ms": statistics.median(wall),
        "cpu_ms": statistics.median(cpu),
        "wall_ms_chunks": wall,
        "cpu_ms_chunks": cpu,
        "steps_per_chunk": epochs * steps_per_epoch,
        "import_s": imported - begin,
        "build_s": built - ready,
        "first_step_s": first_step - built,
        "first_epoch_s": first_epoch - first_step,
        "peak_mb": peak_mb(),
        "loss": loss,
        "versions": versions,
    }


def peak_mb() -> float:
    """Peak resident memory of this process, in MB of 2**20 bytes; NaN where the system does not tell.

    On Linux from VmHWM: ``ru_maxrss`` starts there from the size of the process that forked this one.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:
        return math.nan
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", required=True, help="native:VARIANT, keras3 or polykeras[:jit]")
    parser.add_argument("--backend", required=True, choices=systems.BACKENDS)
    parser.add_argument("--workload", required=True)
    parser.add_argument("--steps", type=int)
    options = parser.parse_args()
    try:
        result = measure(options.system, options.backend, options.workload, options.steps)
    except systems.NotInstalledError as missing:
        result = {"skipped": str(missing)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()

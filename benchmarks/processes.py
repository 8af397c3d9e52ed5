"""Fresh child processes with one thread each: what every measurement here runs in."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
CPU_ONLY = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}


class ChildError(Exception):
    """A measuring process ended badly; the message carries the end of what it wrote on stderr."""


def environment(backend: str) -> dict[str, str]:
    """The variables of a child: the caller's, one thread everywhere, CPU only, and ``KERAS_BACKEND``."""
    return {**os.environ, **ONE_THREAD, **CPU_ONLY, **QUIET, "KERAS_BACKEND": backend}


def child(arguments: Sequence[str], backend: str, timeout: float = 600.0, paths: Sequence[Path] = ()) -> dict[str, Any]:
    """Run ``python *arguments`` in the repository root and parse the last line of its stdout as JSON.

    `paths` are searched for packages before all others. Raises `ChildError` if it fails, times out or prints no JSON.
    """
    command = [sys.executable, *arguments]
    variables = environment(backend)
    if paths:
        # -P: the repository root, where the process starts, comes after them, so that their packages are the ones found.
        command.insert(1, "-P")
        variables["PYTHONPATH"] = os.pathsep.join(map(str, paths))
    try:
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise ChildError(f"no result after {timeout:.0f} s") from None
    if done.returncode != 0:
        raise ChildError(f"exit status {done.returncode}\n{done.stderr.strip()[-2000:]}")
    lines = done.stdout.strip().splitlines()
    try:
        return dict(json.loads(lines[-1]))
    except (IndexError, ValueError):
        raise ChildError(f"printed no JSON\n{done.stdout.strip()[-2000:]}") from None


@contextlib.contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this process, and so the children it starts, on one core; undone at the end.

    One core is what makes "one thread" true: XLA sizes its own pool by the cores it may use, and hands work
    between threads at every call if there are two, which doubles its CPU time on small steps.
    """
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def quietest_core(seconds: float = 0.3) -> int | None:
    """The allowed core that was idle longest during the next ``seconds``; None where that is not known."""
    before = _idle_ticks()
    time.sleep(seconds)
    after = _idle_ticks()
    idle = {core: ticks - before[core] for core, ticks in after.items() if core in before}
    return max(idle, key=lambda core: idle[core]) if idle else None


def choose_core(wish: str) -> int | None:
    """Read the ``--core`` option: ``auto``, ``none`` or a number."""
    if wish == "auto":
        return quietest_core()
    return None if wish == "none" else int(wish)


def _idle_ticks() -> dict[int, int]:
    try:
        lines = Path("/proc/stat").read_text().splitlines()
        allowed = os.sched_getaffinity(0)
    except (OSError, AttributeError):
        return {}
    cores = (line.split() for line in lines if line.startswith("cpu") and line[3].isdigit())
    ticks = {int(fields[0][3:]): int(fields[4]) for fields in cores}
    return {core: idle for core, idle in ticks.items() if core in allowed}
